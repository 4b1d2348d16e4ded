package org.planisphere.planner.platform.container;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.platform.LiveConnector;
import org.planisphere.planner.platform.Observation;
import org.planisphere.planner.platform.compose.ComposeFile;
import org.planisphere.planner.platform.compose.Service;
import org.planisphere.planner.staging.JsonFile;
import org.planisphere.planner.staging.WorkFolder;

/**
 * The services of one session while they run. One thread looks at their containers whenever one may have changed, starts what
 * waits for nothing any more, and ends all of them when the session is over: when every service that nobody waits for has
 * ended, or as soon as one fails. What it knows is in the engine and in the session's folder, so that another planner goes on
 * where this one was. Thread safe.
 */
final class ComposeRun implements Run {
    private static final Logger LOG = System.getLogger(ComposeRun.class.getName());
    private static final Duration AGAIN = Duration.ofMillis(500);
    private static final Duration LONGEST = Duration.ofSeconds(5);

    /**
     * What does not change while it runs.
     *
     * @param grace how long services are given to end by themselves, all together
     * @param publish the address at which ports are published
     */
    record Terms(UUID session, Instant since, Duration grace, String publish) {}

    /**
     * Whom it tells.
     *
     * @param record writes the end down
     * @param changed a port has opened
     * @param tidy removes everything of the session from the engine
     */
    record Told(Consumer<Map<String, Object>> record, Runnable changed, Runnable tidy) {}

    /** How it ended, or is to end. */
    private record Verdict(String end, int code, String detail) {}

    private final Terms terms;
    private final ComposeFile file;
    private final List<Member> members = new ArrayList<>();
    private final WorkFolder folder;
    private final Containers containers;
    private final Checks checks;
    private final Allotment allotment;
    private final CombinedOutput out;
    private final CombinedOutput err;
    private final Told told;
    private final CompletableFuture<@Nullable Void> over = new CompletableFuture<>();
    private final Semaphore bell = new Semaphore(0);
    private volatile Duration duration;
    private volatile boolean detached;
    private boolean stopping;

    ComposeRun(
            Terms terms,
            ComposeFile file,
            WorkFolder folder,
            Containers containers,
            Allotment allotment,
            Duration duration,
            Told told)
            throws IOException {
        this.terms = terms;
        this.file = file;
        this.folder = folder;
        this.containers = containers;
        this.checks = containers.checks();
        this.allotment = allotment;
        this.duration = duration;
        this.told = told;
        this.out = new CombinedOutput(folder.stdout(), allotment.output());
        this.err = new CombinedOutput(folder.stderr(), allotment.output());
        file.services().forEach(service -> members.add(new Member(service, Launch.name(terms.session(), service))));
    }

    /** Begins to drive it, on a thread of its own. */
    void follow() {
        Thread driver = new Thread(this::drive, "services-" + terms.session());
        driver.setDaemon(true);
        driver.start();
    }

    private void drive() {
        while (!detached && !over.isDone()) {
            Duration pause;
            try {
                pause = step();
            } catch (EngineException | IOException e) {
                if (!detached) {
                    LOG.log(Level.WARNING, "session " + session() + " cannot be driven for now: " + e.getMessage());
                }
                members.forEach(member -> member.suspect = true);
                pause = AGAIN;
            }
            try {
                if (!over.isDone() && bell.tryAcquire(Math.max(1, pause.toMillis()), TimeUnit.MILLISECONDS)) {
                    bell.drainPermits();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Does what there is to do now; how long there is nothing more unless the bell rings. */
    private Duration step() throws IOException {
        for (Member member : members) {
            if (member.suspect) {
                look(member);
            }
        }
        Optional<Verdict> verdict = verdict();
        if (verdict.isPresent()) {
            finish(verdict.get());
            return Duration.ZERO;
        }
        for (Member member : members) {
            if (member.state == Member.State.WAITING && ready(member)) {
                begin(member);
            }
        }
        Duration pause = LONGEST;
        Instant now = Instant.now();
        for (Member member : members) {
            Service.Health health = member.service.health();
            if (member.suspect) {
                pause = least(pause, AGAIN);
            } else if (health != null
                    && member.state == Member.State.RUNNING
                    && !member.healthy
                    && file.watched(member.service.name())) {
                pause = least(pause, examine(member, health, now));
            }
        }
        return pause;
    }

    private Duration examine(Member member, Service.Health health, Instant now) {
        Duration pause;
        try {
            pause = member.examine(health, checks, now, bell::release);
        } catch (EngineException e) {
            // It may have ended just now.
            member.suspect = true;
            return AGAIN;
        }
        // What has become of it is judged at once.
        return member.healthy || member.unhealthy() ? Duration.ZERO : pause;
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** Whether everything it waits for is so. */
    private boolean ready(Member member) {
        return member.service.needs().entrySet().stream().allMatch(need -> {
            Member other = member(need.getKey());
            return switch (need.getValue()) {
                case STARTED -> other.state != Member.State.WAITING;
                case HEALTHY -> other.healthy;
                case COMPLETED -> other.state == Member.State.ENDED && other.code == 0;
            };
        });
    }

    private Member member(String name) {
        return members.stream()
                .filter(member -> member.service.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private void begin(Member member) throws IOException {
        try {
            containers.start(member.container);
        } catch (EngineException e) {
            Optional<Integer> code = Launch.notStarted(e);
            if (code.isEmpty()) {
                throw e;
            }
            member.state = Member.State.ENDED;
            member.unstarted = true;
            member.code = code.get();
            member.until = Instant.now();
            bell.release();
            return;
        }
        look(member);
        if (!member.service.ports().isEmpty()) {
            told.changed().run();
        }
        // Others may wait for that.
        bell.release();
    }

    /** Finds out where its container stands, and follows what it prints while it runs. */
    private void look(Member member) throws IOException {
        member.suspect = false;
        if (member.state == Member.State.ENDED) {
            return;
        }
        Optional<Containers.Seen> found = containers.look(member.container);
        if (found.isEmpty()) {
            member.closeStreams();
            member.gone = true;
            member.until = Instant.now();
            member.state = Member.State.ENDED;
            return;
        }
        Containers.Seen seen = found.get();
        if (!seen.begun()) {
            return;
        }
        if (seen.over()) {
            count();
            member.closeStreams();
            drain(member);
            member.code = seen.code();
            member.outOfMemory = seen.outOfMemory();
            member.until = seen.until();
            member.ports = Map.of();
            member.state = Member.State.ENDED;
            return;
        }
        Instant now = Instant.now();
        if (Duration.between(member.attached, now).compareTo(AGAIN) < 0) {
            // The engine said it had ended, and it has not: ask a little later.
            member.suspect = true;
            return;
        }
        member.closeStreams();
        member.attached = now;
        member.since = seen.since();
        member.ports = seen.ports();
        if (member.counters == null && seen.pid() > 0) {
            member.counters = Counters.of(seen.pid()).orElse(null);
        }
        member.state = Member.State.RUNNING;
        member.follower = containers.output(member.container, true, sink(member));
        member.waiter = containers.await(member.container, () -> {
            member.suspect = true;
            bell.release();
        });
    }

    private java.util.function.BiPredicate<Boolean, byte[]> sink(Member member) {
        CombinedOutput.Reader output = out.reader(member.service.name());
        CombinedOutput.Reader errors = err.reader(member.service.name());
        return (standard, bytes) -> {
            if (detached) {
                return false;
            }
            try {
                if (!standard) {
                    member.says(bytes);
                }
                CombinedOutput.Reader reader = standard ? output : errors;
                boolean room = reader.write(bytes);
                if (!room && reader.last()) {
                    allotment.printedTooMuch();
                }
                return room;
            } catch (IOException e) {
                LOG.log(Level.WARNING, "the output of session " + session() + " cannot be kept", e);
                return false;
            }
        };
    }

    /** Whatever it printed and is not in the files yet. */
    private void drain(Member member) throws IOException {
        try (var rest = containers.output(member.container, false, sink(member))) {
            if (!rest.awaitCompletion(60, TimeUnit.SECONDS)) {
                LOG.log(Level.WARNING, "the last output of session {0} took too long", session());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "the last output of session " + session() + " is lost: " + e.getMessage());
        }
        out.end(member.service.name());
        err.end(member.service.name());
    }

    // Its end -------------------------------------------------------------------------------------------------------

    private Optional<Verdict> verdict() throws IOException {
        Map<String, Object> stop = JsonFile.read(folder.file("stop.json")).orElse(Map.of());
        if (!stop.isEmpty()) {
            return Optional.of(new Verdict(String.valueOf(stop.get("end")), -1, String.valueOf(stop.get("detail"))));
        }
        Optional<Member> failed = members.stream()
                .filter(member -> member.state == Member.State.ENDED && member.code != 0)
                .min(Comparator.comparing(member -> member.until));
        if (failed.isPresent()) {
            return Optional.of(failure(failed.get()));
        }
        for (Member member : members) {
            if (member.healthy || !waitedForHealth(member)) {
                continue;
            }
            if (member.unhealthy()) {
                return Optional.of(new Verdict(
                        "FAILED",
                        -1,
                        "Service " + member.service.name() + " did not become healthy: its check failed "
                                + member.failures + " times."));
            }
            if (member.state == Member.State.ENDED) {
                return Optional.of(
                        new Verdict("FAILED", 0, "Service " + member.service.name() + " ended before it was healthy."));
            }
        }
        Set<String> last = file.last();
        boolean all = members.stream()
                .allMatch(member -> member.state == Member.State.ENDED || !last.contains(member.service.name()));
        return all ? Optional.of(new Verdict("SUCCEEDED", 0, "It ended by itself.")) : Optional.empty();
    }

    /** Whether somebody still waits until it is healthy. */
    private boolean waitedForHealth(Member member) {
        return members.stream()
                .anyMatch(other -> other.state == Member.State.WAITING
                        && other.service.needs().get(member.service.name()) == Service.Condition.HEALTHY);
    }

    private Verdict failure(Member member) {
        String name = "Service " + member.service.name();
        if (member.gone) {
            return new Verdict("LOST", -1, name + " is gone: its container is not there any more.");
        }
        if (member.starved()) {
            return new Verdict("OUT_OF_MEMORY", member.code, name + " used more memory than it was granted.");
        }
        allotment.look();
        if (allotment.full()) {
            return new Verdict("OUT_OF_STORAGE", member.code, allotment.tooMuch());
        }
        if (member.unstarted || member.notExecuted()) {
            return new Verdict(
                    "FAILED", member.unstarted ? member.code : 127, name + ": its program could not be started.");
        }
        return new Verdict(
                "FAILED",
                member.code,
                name
                        + (member.code > 128
                                ? " ended by signal " + (member.code - 128) + "."
                                : " ended with exit code " + member.code + "."));
    }

    /** Ends what still runs, those first that nobody waits for, and writes the end down. */
    private void finish(Verdict verdict) throws IOException {
        long end = System.nanoTime() + terms.grace().toNanos();
        for (int i = members.size() - 1; i >= 0; i--) {
            Member member = members.get(i);
            if (member.state == Member.State.RUNNING) {
                long left = Math.max(0, end - System.nanoTime());
                boolean atOnce = verdict.end().equals("OUT_OF_STORAGE");
                containers.stop(member.container, atOnce ? Duration.ZERO : Duration.ofNanos(left));
                member.attached = Instant.EPOCH;
                look(member);
                if (member.state != Member.State.ENDED) {
                    throw new IOException("service " + member.service.name() + " did not end");
                }
            }
        }
        allotment.look();
        Verdict known = verdict;
        if (allotment.hasPrintedTooMuch() && verdict.end().equals("SUCCEEDED")) {
            known = new Verdict("OUT_OF_STORAGE", verdict.code(), allotment.tooMuchPrinted());
        }
        if (detached) {
            return;
        }
        out.close();
        err.close();
        told.record()
                .accept(ContainerRun.facts(
                        known.end(), known.code(), terms.since(), Instant.now(), known.detail(), usage()));
        try {
            told.tidy().run();
        } catch (EngineException e) {
            LOG.log(Level.WARNING, "what is left of session " + session() + " is removed later: " + e.getMessage());
        }
        over.complete(null);
    }

    // What is asked of it -------------------------------------------------------------------------------------------

    @Override
    public UUID session() {
        return terms.session();
    }

    @Override
    public List<LiveConnector> connectors() {
        List<LiveConnector> open = new ArrayList<>();
        for (Member member : members) {
            for (Service.Port port : member.service.ports()) {
                Integer outer =
                        member.ports.get(port.target() + (port.protocol().equals("UDP") ? "/udp" : "/tcp"));
                if (outer != null) {
                    open.add(LiveConnector.port(port.protocol(), terms.publish(), outer, "/", port.target()));
                }
            }
        }
        return open;
    }

    @Override
    public Observation.Running running() {
        return new Observation.Running(terms.since(), usage());
    }

    private Observation.Usage usage() {
        double seconds = 0;
        long peak = 0;
        for (Member member : members) {
            Counters counters = member.counters;
            if (counters != null) {
                seconds += counters.seconds();
                peak += counters.peak();
            }
        }
        return new Observation.Usage(seconds, peak, allotment.stored());
    }

    @Override
    public void lasts(Duration other) {
        duration = other;
    }

    @Override
    public void count() {
        for (Member member : members) {
            Counters counters = member.counters;
            if (counters != null) {
                counters.read();
            }
        }
    }

    @Override
    public Optional<String[]> excess(Instant now) {
        return allotment.excess(now, terms.since().plus(duration));
    }

    @Override
    public void stop(String end, String detail) throws IOException {
        boolean first;
        synchronized (this) {
            first = !stopping;
            stopping = true;
        }
        if (first && !over.isDone()) {
            JsonFile.write(folder.file("stop.json"), Map.of("end", end, "detail", detail));
            bell.release();
        }
        try {
            over.get(terms.grace().plusSeconds(70).toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new IOException("it did not end in time", e);
        }
    }

    @Override
    public void detach() {
        detached = true;
        bell.release();
        members.forEach(Member::closeStreams);
    }
}
