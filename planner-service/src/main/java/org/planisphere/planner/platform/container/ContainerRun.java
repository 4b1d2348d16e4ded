package org.planisphere.planner.platform.container;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.platform.LiveConnector;
import org.planisphere.planner.platform.Observation;
import org.planisphere.planner.platform.process.OutputCopy;
import org.planisphere.planner.staging.JsonFile;
import org.planisphere.planner.staging.WorkFolder;

/**
 * One session's container while it runs: copies its output, counts what it uses, ends it when it exceeds what it was granted,
 * and writes down how it ended. Everything it knows can be learned again from the engine and the session's folder. Thread
 * safe.
 */
final class ContainerRun implements Run {
    private static final Logger LOG = System.getLogger(ContainerRun.class.getName());

    /**
     * What does not change while it runs.
     *
     * @param storage bytes it may have in its work folder
     * @param output bytes it may print to each stream
     */
    record Terms(UUID session, String name, long storage, long output, Duration grace) {}

    private final Terms terms;
    private final WorkFolder folder;
    private final Containers containers;
    private final Consumer<Map<String, Object>> record;
    private final Instant since;
    private final List<LiveConnector> connectors;
    private final @Nullable Counters counters;
    private final Allotment allotment;
    private final CompletableFuture<@Nullable Void> over = new CompletableFuture<>();
    private final Object pen = new Object();
    private final Object desk = new Object();
    private final @Nullable Path process;
    private volatile Duration duration;
    private volatile boolean detached;
    private boolean drained;
    private volatile ResultCallback.@Nullable Adapter<Frame> follower;
    private volatile @Nullable Closeable waiter;
    private boolean stopping;

    /** @param record writes the end down and tells whoever waits for it */
    ContainerRun(
            Terms terms,
            WorkFolder folder,
            Containers containers,
            Containers.Seen seen,
            Duration duration,
            List<LiveConnector> connectors,
            Consumer<Map<String, Object>> record) {
        this.terms = terms;
        this.folder = folder;
        this.containers = containers;
        this.record = record;
        this.since = seen.since();
        this.duration = duration;
        this.connectors = List.copyOf(connectors);
        this.allotment = new Allotment(List.of(folder.work()), terms.storage(), terms.output());
        this.counters = seen.pid() > 0 ? Counters.of(seen.pid()).orElse(null) : null;
        this.process = counters == null ? null : Path.of("/proc/" + seen.pid());
    }

    @Override
    public UUID session() {
        return terms.session();
    }

    @Override
    public List<LiveConnector> connectors() {
        return connectors;
    }

    @Override
    public Observation.Running running() {
        return new Observation.Running(since, usage());
    }

    @Override
    public void lasts(Duration other) {
        duration = other;
    }

    /** Done when its end has been written down. */
    CompletableFuture<@Nullable Void> over() {
        return over;
    }

    Instant since() {
        return since;
    }

    /** Whether its first process can be seen from here to have gone: a hint that it is over, no proof. Cheap. */
    boolean gone() {
        return process != null && !Files.exists(process);
    }

    /** Whether {@link #gone} can ever tell. */
    boolean seen() {
        return process != null;
    }

    /** Begins to copy its output, and to wait for its end. */
    void follow(Runnable ended) {
        count();
        try {
            follower = copy(true);
            waiter = containers.await(terms.name(), ended);
        } catch (IOException | EngineException e) {
            LOG.log(Level.WARNING, "session " + session() + " cannot be followed for now: " + e.getMessage());
        }
    }

    private ResultCallback.Adapter<Frame> copy(boolean follow) throws IOException {
        OutputCopy out = new OutputCopy(folder.stdout(), terms.output());
        OutputCopy err = new OutputCopy(folder.stderr(), terms.output());
        return containers.output(terms.name(), follow, (standard, bytes) -> {
            synchronized (pen) {
                if (detached || (follow && (drained || over.isDone()))) {
                    return false;
                }
                try {
                    boolean room = (standard ? out : err).write(bytes);
                    if (!room) {
                        allotment.printedTooMuch();
                    }
                    return room;
                } catch (IOException e) {
                    LOG.log(Level.WARNING, "the output of session " + session() + " cannot be kept", e);
                    return false;
                }
            }
        });
    }

    @Override
    public void count() {
        if (counters != null) {
            counters.read();
        }
    }

    @Override
    public Optional<String[]> excess(Instant now) {
        return allotment.excess(now, since.plus(duration));
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
            if (end.equals("OUT_OF_STORAGE")) {
                containers.kill(terms.name());
            } else {
                containers.stop(terms.name(), terms.grace());
            }
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

    /** Writes down how it ended, once it has, and removes the container. False when it still runs. */
    boolean finish() throws IOException {
        // Two may notice its end; the second finds it written down.
        synchronized (desk) {
            return finishOnce();
        }
    }

    private boolean finishOnce() throws IOException {
        synchronized (pen) {
            if (over.isDone() || detached) {
                return true;
            }
        }
        count();
        Optional<Containers.Seen> seen = containers.look(terms.name());
        if (seen.isPresent() && !seen.get().over()) {
            return false;
        }
        if (seen.isPresent()) {
            drain();
        }
        Map<String, Object> end = end(seen.orElse(null));
        synchronized (pen) {
            if (over.isDone()) {
                return true;
            }
            record.accept(end);
            over.complete(null);
        }
        detachStreams();
        containers.remove(terms.name());
        return true;
    }

    /** Whatever was printed and is not in the files yet. */
    private void drain() throws IOException {
        synchronized (pen) {
            // From here on one hand writes: what the follower still has is read again.
            drained = true;
        }
        ResultCallback.Adapter<Frame> following = follower;
        if (following != null) {
            following.close();
        }
        try (ResultCallback.Adapter<Frame> rest = copy(false)) {
            if (!rest.awaitCompletion(60, TimeUnit.SECONDS)) {
                LOG.log(Level.WARNING, "the last output of session {0} took too long", session());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "the last output of session " + session() + " is lost: " + e.getMessage());
        }
    }

    private Map<String, Object> end(Containers.@Nullable Seen seen) throws IOException {
        allotment.look();
        Map<String, Object> stop = JsonFile.read(folder.file("stop.json")).orElse(Map.of());
        boolean killedByKernel = (seen != null && seen.outOfMemory()) || (counters != null && counters.kills() > 0);
        int code = seen == null ? -1 : seen.code();
        String end;
        String detail;
        if (seen == null) {
            end = stop.isEmpty() ? "LOST" : String.valueOf(stop.get("end"));
            detail = stop.isEmpty() ? "Its container is gone." : String.valueOf(stop.get("detail"));
        } else if (killedByKernel && code != 0) {
            end = "OUT_OF_MEMORY";
            detail = "It used more memory than it was granted.";
        } else if (!stop.isEmpty()) {
            end = String.valueOf(stop.get("end"));
            detail = String.valueOf(stop.get("detail"));
        } else if (code != 0 && allotment.full()) {
            end = "OUT_OF_STORAGE";
            detail = allotment.tooMuch();
        } else if (allotment.hasPrintedTooMuch()) {
            end = "OUT_OF_STORAGE";
            detail = allotment.tooMuchPrinted();
        } else if (notExecuted(code)) {
            code = 127;
            end = "FAILED";
            detail = "The program could not be started: the image has no such program.";
        } else if (code == 0) {
            end = "SUCCEEDED";
            detail = "It ended by itself.";
        } else {
            end = "FAILED";
            detail = code > 128 ? "It ended by signal " + (code - 128) + "." : "It ended with exit code " + code + ".";
        }
        Instant until = seen == null || seen.until().isBefore(since) ? Instant.now() : seen.until();
        return facts(end, code, since, until, detail, usage());
    }

    /** How a run ended, as it is written down. */
    static Map<String, Object> facts(
            String end, int code, Instant since, Instant until, String detail, Observation.Usage usage) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("end", end);
        facts.put("code", code);
        facts.put("since", seconds(since));
        facts.put("until", seconds(until));
        facts.put("detail", detail);
        facts.put("cpu", usage.cpuSeconds());
        facts.put("peak", usage.peakMemory());
        facts.put("storage", usage.storage());
        return facts;
    }

    /** Whether the container's first process says that it found nothing to execute: podman's ends with 1, Docker's 127. */
    private boolean notExecuted(int code) throws IOException {
        if ((code != 1 && code != 127) || Files.size(folder.stderr()) > 1000) {
            return false;
        }
        String said = Files.readString(folder.stderr(), StandardCharsets.ISO_8859_1);
        return said.startsWith("ERROR (catatonit:") || said.startsWith("[FATAL tini");
    }

    static double seconds(Instant instant) {
        return instant.getEpochSecond() + instant.getNano() / 1e9;
    }

    private Observation.Usage usage() {
        return counters == null
                ? new Observation.Usage(0, 0, allotment.stored())
                : new Observation.Usage(counters.seconds(), counters.peak(), allotment.stored());
    }

    @Override
    public void detach() {
        synchronized (pen) {
            detached = true;
        }
        detachStreams();
    }

    private void detachStreams() {
        for (Closeable stream : new Closeable[] {follower, waiter}) {
            try {
                if (stream != null) {
                    stream.close();
                }
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "a stream of the engine could not be closed", e);
            }
        }
    }
}
