package org.planisphere.planner.offer;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.platform.Objection;
import org.planisphere.planner.platform.PlatformDescription;
import org.planisphere.planner.quota.Allowance;
import org.planisphere.planner.quota.Terms;
import org.planisphere.planner.task.AcceleratorRequest;
import org.planisphere.planner.task.Bound;
import org.planisphere.planner.task.DataRequest;
import org.planisphere.planner.task.Executable;
import org.planisphere.planner.task.Interval;
import org.planisphere.planner.task.Kind;
import org.planisphere.planner.task.KindRef;
import org.planisphere.planner.task.StorageRequest;
import org.planisphere.planner.task.Task;
import org.planisphere.planner.task.Volume;

/**
 * The rules by which a task is possible on a platform at all, whatever is taken there: each looks at one thing and adds
 * its reasons. Sizes are judged by {@link Sizing}.
 */
final class Feasibility {
    private final Task task;
    private final Site site;
    private final PlatformDescription platform;
    private final List<Allowance> allowances;
    private final @Nullable String grant;
    private final Instant now;
    private final DeskSettings settings;
    private final Refusals refusals;
    private final List<Message> reasons = new ArrayList<>();

    private Feasibility(Question question, Site site, Terms terms) {
        this.task = question.task();
        this.site = site;
        this.platform = site.platform();
        this.allowances = terms.allowances();
        this.grant = terms.grant();
        this.now = question.now();
        this.settings = question.settings();
        this.refusals = new Refusals(question.now());
    }

    /** Every reason against the task; none when it is possible. */
    static List<Message> reasons(Question question, Site site, Terms terms) {
        Feasibility rules = new Feasibility(question, site, terms);
        rules.policy(terms);
        rules.executable();
        rules.machine();
        rules.storage();
        rules.data();
        rules.network();
        rules.engine();
        rules.costs();
        rules.metrics();
        rules.duration();
        rules.start();
        return rules.reasons;
    }

    private void policy(Terms terms) {
        PolicyWords words = new PolicyWords(now);
        if (!(task.executable() instanceof Executable.Unknown)) {
            reasons.addAll(new Permission(task.executable(), platform.id()).reasons(terms, words));
        }
    }

    private void executable() {
        kind(Refusals.KIND_NOT_OFFERED, "executable", task.executable().kind(), platform.executables());
        String location = location(task.executable());
        if (location != null) {
            scheme("executable", location);
        }
    }

    private void machine() {
        kind(Refusals.KIND_NOT_OFFERED, "compute", task.compute().kind(), Set.of(Kind.SIMPLE_COMPUTE));
        for (Volume volume : task.compute().volumes()) {
            kind(Refusals.KIND_NOT_OFFERED, "volume", volume.kind(), Set.of(Kind.SIMPLE_VOLUME));
        }
        for (AcceleratorRequest accelerator : task.compute().accelerators()) {
            kind(Refusals.KIND_NOT_OFFERED, "accelerator", accelerator.kind(), Set.of(Kind.ACCELERATOR));
            long memory = accelerator.memory().minOr(0);
            if (!accelerator.type().isEmpty() || memory > 0) {
                String asked = memory > 0 ? accelerator.type() + " " + memory + " GiB" : accelerator.type();
                reasons.add(refusals.acceleratorTypeNotOffered(asked.strip(), platform.id()));
            }
        }
    }

    private void storage() {
        for (StorageRequest storage : task.storage()) {
            kind(Refusals.STORAGE_KIND_NOT_OFFERED, "storage", storage.kind(), platform.storage());
        }
    }

    private void data() {
        for (DataRequest data : task.data()) {
            kind(Refusals.DATA_KIND_NOT_OFFERED, "data", data.kind(), platform.data());
            if (data.kind().is(Kind.SIMPLE_DATA) && data.location() != null) {
                scheme("data", data.location());
            }
        }
    }

    private void network() {
        if (task.executable() instanceof Executable.DockerContainer && !platform.network()) {
            int ports = ((Executable.DockerContainer) task.executable()).ports().size();
            if (ports > 0) {
                reasons.add(refusals.networkNotOffered(ports, platform.id()));
            }
        }
    }

    private void engine() {
        for (Objection objection : site.objections()) {
            reasons.add(refusals.objection(objection, platform.id()));
        }
    }

    /** Whether a ceiling is kept depends on the size; here only whether it can be promised at all. */
    private void costs() {
        for (Bound ceiling : task.costs()) {
            kind(Refusals.KIND_NOT_OFFERED, "cost", ceiling.kind(), Set.of(Kind.SIMPLE_COST));
            Double most = ceiling.max();
            if (most != null
                    && !ceiling.type().equals(platform.prices().money())
                    && (!ceiling.type().equals(Quote.ENERGY)
                            || platform.prices().energyCoreHour() == 0)) {
                reasons.add(refusals.costNotQuoted(ceiling.type(), most, platform.id()));
            }
        }
    }

    private void metrics() {
        for (Bound floor : task.metrics()) {
            kind(Refusals.KIND_NOT_OFFERED, "metric", floor.kind(), Set.of(Kind.SIMPLE_METRIC));
            Double least = floor.min();
            if (least == null) {
                continue;
            }
            Double reached = platform.metrics().get(floor.type());
            if (reached == null) {
                reasons.add(refusals.metricNotOffered(floor.type(), least, platform.id()));
            } else if (reached < least) {
                reasons.add(refusals.metricNotReached(floor.type(), least, reached, platform.id()));
            }
        }
    }

    private void duration() {
        Duration asked = task.schedule().duration();
        if (asked == null) {
            return;
        }
        if (asked.compareTo(platform.longest()) > 0) {
            reasons.add(refusals.tooLong(asked, platform.longest(), platform.id(), true, null));
        }
        for (Allowance allowance : allowances) {
            if (asked.compareTo(allowance.longest()) > 0) {
                reasons.add(refusals.tooLong(asked, allowance.longest(), allowance.holder(), false, grant));
            }
        }
    }

    private void start() {
        Interval asked = task.schedule().start();
        if (asked == null) {
            return;
        }
        Instant soonest = now.plus(platform.preparing()).plus(settings.leastLifetime());
        if (asked.end().isBefore(now)) {
            reasons.add(refusals.startIsOver(asked.end()));
        } else if (asked.end().isBefore(soonest)) {
            reasons.add(refusals.startTooSoon(asked.end(), soonest, platform.id()));
        }
        Duration ahead = platform.horizon();
        String holder = "everybody";
        String whose = null;
        for (Allowance allowance : allowances) {
            if (allowance.ahead().compareTo(ahead) < 0) {
                ahead = allowance.ahead();
                holder = allowance.holder();
                whose = grant;
            }
        }
        Instant last = now.plus(ahead);
        if (asked.start().isAfter(last)) {
            reasons.add(refusals.startTooFar(asked.start(), last, platform.id(), holder, whose));
        }
    }

    private void kind(String code, String component, KindRef kind, Set<Kind> offered) {
        if (kind.kind() == null) {
            reasons.add(refusals.kindUnknown(component, kind));
        } else if (!offered.contains(kind.kind())) {
            Set<String> names = new TreeSet<>();
            offered.forEach(one -> names.add(one.name()));
            reasons.add(refusals.kindNotOffered(code, component, kind, names, platform.id()));
        }
    }

    private void scheme(String component, String location) {
        String scheme = schemeOf(location);
        if (!platform.schemes().contains(scheme)) {
            reasons.add(refusals.schemeNotAllowed(component, scheme, platform.schemes(), platform.id()));
        }
    }

    /** In lower case; empty when the location has none. */
    private static String schemeOf(String location) {
        try {
            String scheme = new URI(location).getScheme();
            return scheme == null ? "" : scheme.toLowerCase(Locale.ROOT);
        } catch (URISyntaxException e) {
            int colon = location.indexOf(':');
            return colon < 1 || colon > 20 ? "" : location.substring(0, colon).toLowerCase(Locale.ROOT);
        }
    }

    /** What the engine fetches before the run; where images and repositories come from is the engine's own affair. */
    private static @Nullable String location(Executable executable) {
        if (executable instanceof Executable.PythonProgram) {
            return ((Executable.PythonProgram) executable).location();
        }
        if (executable instanceof Executable.JavaProgram) {
            return ((Executable.JavaProgram) executable).location();
        }
        if (executable instanceof Executable.JupyterNotebook) {
            return ((Executable.JupyterNotebook) executable).location();
        }
        if (executable instanceof Executable.ZeppelinNotebook) {
            return ((Executable.ZeppelinNotebook) executable).location();
        }
        if (executable instanceof Executable.DockerCompose) {
            return ((Executable.DockerCompose) executable).location();
        }
        if (executable instanceof Executable.Workflow) {
            return ((Executable.Workflow) executable).location();
        }
        return null;
    }
}
