package org.planisphere.planner.platform.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.platform.Estimate;
import org.planisphere.planner.platform.LearnedTimes;
import org.planisphere.planner.platform.Objection;
import org.planisphere.planner.platform.Occupied;
import org.planisphere.planner.platform.PlatformDescription;
import org.planisphere.planner.platform.PlatformSettings;
import org.planisphere.planner.platform.image.ImageName;
import org.planisphere.planner.platform.image.ImageTasks;
import org.planisphere.planner.platform.process.Inputs;
import org.planisphere.planner.platform.process.Plan;
import org.planisphere.planner.staging.Staging;
import org.planisphere.planner.task.Executable;
import org.planisphere.planner.task.Task;

/** What can be offered of the cluster, by what it last said of itself. Thread safe. */
final class Offering {
    private static final Logger LOG = System.getLogger(Offering.class.getName());

    private final PlatformSettings common;
    private final KubernetesSettings settings;
    private final Cluster cluster;
    private final Staging staging;
    private final String owner;
    private final LearnedTimes times;
    private volatile Room room;
    private volatile PlatformDescription description;
    private volatile boolean silent;

    /** @throws KubernetesClientException when the cluster does not say what there is */
    Offering(
            PlatformSettings common,
            KubernetesSettings settings,
            Cluster cluster,
            Staging staging,
            String owner,
            LearnedTimes times) {
        this.common = common;
        this.settings = settings;
        this.cluster = cluster;
        this.staging = staging;
        this.owner = owner;
        this.times = times;
        this.room = cluster.room(owner);
        this.description = KubernetesDescription.of(common, settings, room, staging);
    }

    PlatformDescription description() {
        return description;
    }

    /** How many nodes take runs. */
    int nodes() {
        return room.nodes();
    }

    List<String> enforced() {
        return KubernetesDescription.kept(common, settings, room, cluster.address());
    }

    List<Occupied> occupied() {
        Amounts capacity = description.capacity();
        Amounts free = room.free();
        Amounts taken = new Amounts(
                Math.max(0, capacity.cores() - free.cores()),
                Math.max(0, capacity.memory() - free.memory()),
                0,
                Math.max(0, capacity.accelerators() - free.accelerators()),
                Math.max(0, capacity.sessions() - free.sessions()));
        Instant now = Instant.now();
        // Nobody knows when a pod of somebody else's ends.
        Instant until = now.plus(common.horizon()).plus(common.longest()).plus(Duration.ofDays(1));
        return taken.equals(Amounts.NONE) ? List.of() : List.of(new Occupied(now, until, taken));
    }

    /** Looks at the cluster again; what it does not tell now stays as it was. */
    void ask() {
        try {
            room = cluster.room(owner);
            description = KubernetesDescription.of(common, settings, room, staging);
            if (silent) {
                LOG.log(Level.INFO, "platform {0}: the cluster answers again", common.id());
            }
            silent = false;
        } catch (KubernetesClientException e) {
            if (!silent) {
                LOG.log(Level.WARNING, "platform {0}: the cluster: {1}", common.id(), Cluster.said(e));
            }
            silent = true;
        }
    }

    List<Objection> examine(Task task) {
        Plan plan = plan(task);
        List<Objection> found = Inputs.foreseen(staging, plan);
        found.addAll(ImageTasks.examine(task.executable(), plan));
        image(task.executable())
                .flatMap(image ->
                        settings.images().examine(image, room.machines(), (location, which) -> Optional.empty()))
                .ifPresent(found::add);
        return found;
    }

    private Plan plan(Task task) {
        return new Plan(
                task.executable(), task.storage(), task.data(), task.compute().volumes(), settings.python());
    }

    private Optional<Executable.Image> image(Executable executable) {
        String any = room.machines().stream().sorted().findFirst().orElse("amd64");
        return ImageTasks.image(executable, settings.image(), any);
    }

    /** The image under the name by which it is to be run; empty when it may not be. */
    Optional<String> chosen(Executable executable) {
        return image(executable).flatMap(settings.images()::first).map(ImageName::full);
    }

    Estimate estimate(Task task) {
        Estimate usual = Inputs.estimate(staging, plan(task), Estimate.usual(description));
        Optional<Duration> known = chosen(task.executable()).flatMap(image -> times.of("image:" + image));
        Duration begin = known.orElse(settings.pulling());
        long seconds = Math.max(1, (begin.toMillis() + 999) / 1000);
        List<String> notes = new ArrayList<>(usual.notes());
        notes.add("Until its pod runs " + seconds + " s are expected"
                + (known.isPresent() ? ", as long as it took the last times." : ", its image pulled."));
        return new Estimate(usual.preparing().plusSeconds(seconds), usual.releasing(), notes);
    }
}
