package org.planisphere.planner.platform.kubernetes;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.platform.LiveConnector;
import org.planisphere.planner.platform.Observation;
import org.planisphere.planner.platform.process.WorkSize;
import org.planisphere.planner.staging.JsonFile;
import org.planisphere.planner.staging.WorkFolder;

/**
 * One session's Job until its end is written down: what the cluster says of it, what it prints and stores, when it must
 * end. Everything it knows can be learned again from the cluster and the session's folder. Thread safe.
 */
final class KubernetesRun {
    private static final Logger LOG = System.getLogger(KubernetesRun.class.getName());
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final long STEP = 200;

    /**
     * What does not change.
     *
     * @param storage bytes it may have in its work folder
     * @param output bytes it may print
     * @param ports whether there are ways into it
     */
    record Terms(
            UUID session,
            String namespace,
            long storage,
            long output,
            Duration grace,
            Duration patience,
            boolean ports) {}

    /** What it tells whoever keeps it. */
    interface Keeper {
        /** Something has changed. */
        void changed(UUID session);

        /** It runs: the ways into it, and what may be learned of it. */
        List<LiveConnector> begun(UUID session, Instant asked, Instant since);

        /** It has ended like this; to be written down. */
        void ended(UUID session, Map<String, Object> facts);

        /** Does it on another thread. */
        void work(Runnable work);
    }

    private final Terms terms;
    private final WorkFolder folder;
    private final Cluster cluster;
    private final Keeper keeper;
    private final Output output;
    private final CompletableFuture<@Nullable Void> over = new CompletableFuture<>();
    private volatile Duration duration;
    private volatile String detail = "handed over to the cluster";
    private volatile @Nullable Instant since;
    private volatile List<LiveConnector> connectors = List.of();
    private volatile long stored;
    private volatile Instant looked = Instant.EPOCH;
    private volatile boolean detached;
    private boolean begun;
    private boolean bounded;
    private boolean stopping;

    /** @param since when it began, where an earlier planner wrote that down */
    KubernetesRun(
            Terms terms,
            WorkFolder folder,
            Cluster cluster,
            Duration duration,
            @Nullable Instant since,
            Keeper keeper) {
        this.terms = terms;
        this.folder = folder;
        this.cluster = cluster;
        this.duration = duration;
        this.since = since;
        this.keeper = keeper;
        this.output = new Output(cluster, terms.namespace(), folder, terms.output());
    }

    UUID session() {
        return terms.session();
    }

    List<LiveConnector> connectors() {
        return connectors;
    }

    Observation observation() {
        Instant began = since;
        return began == null || !begunNow()
                ? new Observation.Pending(detail)
                : new Observation.Running(began, new Observation.Usage(0, 0, stored));
    }

    private synchronized boolean begunNow() {
        return begun;
    }

    /** Takes in what the cluster says. */
    synchronized void look(@Nullable Job toldJob, @Nullable Pod toldPod) throws IOException {
        if (over.isDone() || detached) {
            return;
        }
        Job job = toldJob;
        Pod pod = toldPod;
        State state = State.of(job, pod, Instant.now(), terms.patience());
        if (state instanceof State.Gone || (pod == null && state instanceof State.Over)) {
            // What was watched may be behind what is: the cluster itself is asked before anything is called lost.
            job = cluster.job(terms.namespace(), session()).orElse(null);
            pod = cluster.pod(terms.namespace(), session()).orElse(null);
            state = State.of(job, pod, Instant.now(), terms.patience());
        }
        if (state instanceof State.Waiting waiting) {
            if (!detail.equals(waiting.detail())) {
                detail = waiting.detail();
                keeper.changed(session());
            }
        } else if (state instanceof State.Running running) {
            begins(job, pod, running);
            bound(job);
        } else {
            ends(pod, state);
        }
    }

    private void begins(@Nullable Job job, @Nullable Pod pod, State.Running running) throws IOException {
        if (begun || pod == null) {
            return;
        }
        begun = true;
        Instant began = since;
        if (began == null) {
            // The cluster tells whole seconds; nobody is to lose what it cut off.
            Instant latest = running.started().plusSeconds(1);
            Instant now = Instant.now();
            began = now.isBefore(latest) ? now : latest;
            since = began;
            JsonFile.write(folder.file("start.json"), Map.of("since", seconds(began)));
        }
        Instant asked = State.time(pod.getMetadata().getCreationTimestamp(), began);
        connectors = keeper.begun(session(), asked, began);
        String name = pod.getMetadata().getName();
        keeper.work(() -> output.follow(name, over));
        keeper.changed(session());
    }

    /**
     * Tells the cluster, once, when it must have ended, so that it ends it though the planner be gone. The pod may be seen to run
     * before the Job that begins it.
     */
    private void bound(@Nullable Job job) {
        Instant began = since;
        if (bounded
                || began == null
                || job == null
                || job.getStatus() == null
                || job.getMetadata().getDeletionTimestamp() != null) {
            return;
        }
        Instant counted = State.time(job.getStatus().getStartTime(), began);
        long before = Math.max(0, Duration.between(counted, began).toSeconds() + 1);
        try {
            cluster.ends(
                    terms.namespace(),
                    session(),
                    before + duration.plus(terms.grace()).plusSeconds(5).toSeconds());
            bounded = true;
        } catch (KubernetesClientException e) {
            LOG.log(Level.WARNING, "the cluster was not told when session {0} ends: {1}", session(), Cluster.said(e));
        }
    }

    /** Sets another length. */
    synchronized void lasts(Duration other) {
        duration = other;
        bounded = false;
        if (since != null) {
            bound(cluster.job(terms.namespace(), session()).orElse(null));
        }
    }

    /** Why it has to end, when it has; looks at its folder at most once a second. */
    Optional<String[]> excess(Instant now) {
        Instant began = since;
        if (began == null) {
            return Optional.empty();
        }
        if (now.isAfter(began.plus(duration))) {
            return Optional.of(new String[] {"OUT_OF_TIME", "Its duration was over."});
        }
        if (output.tooMuch()) {
            return Optional.of(new String[] {"OUT_OF_STORAGE", printed()});
        }
        if (Duration.between(looked, now).compareTo(LOOK) >= 0) {
            looked = now;
            stored = WorkSize.of(folder.work());
            if (stored > terms.storage()) {
                return Optional.of(new String[] {"OUT_OF_STORAGE", wrote()});
            }
        }
        return Optional.empty();
    }

    private String wrote() {
        return "It wrote more than the " + (terms.storage() >> 20) + " MiB it was granted.";
    }

    private String printed() {
        return "It printed more than " + (terms.output() >> 20) + " MiB.";
    }

    /** Ends it for a reason, which is written down before; the first reason stands. Blocks until nothing of it is left. */
    void stop(String end, String reason) throws IOException {
        boolean first;
        synchronized (this) {
            first = !stopping;
            stopping = true;
        }
        Instant latest = Instant.now().plus(terms.grace()).plusSeconds(70);
        try {
            if (first && !over.isDone()) {
                JsonFile.write(folder.file("stop.json"), Map.of("end", end, "detail", reason));
                cluster.remove(terms.namespace(), session());
                if (end.equals("OUT_OF_STORAGE")) {
                    cluster.kill(terms.namespace(), session());
                }
            }
            while (!over.isDone() || cluster.pod(terms.namespace(), session()).isPresent()) {
                if (detached || Instant.now().isAfter(latest)) {
                    throw new IOException("it did not end in time");
                }
                look(
                        cluster.job(terms.namespace(), session()).orElse(null),
                        cluster.pod(terms.namespace(), session()).orElse(null));
                TimeUnit.MILLISECONDS.sleep(STEP);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (KubernetesClientException e) {
            synchronized (this) {
                // Whoever asks next asks the cluster again.
                stopping = over.isDone();
            }
            throw new IOException("the cluster could not be asked to end it: " + Cluster.said(e), e);
        }
    }

    private void ends(@Nullable Pod pod, State state) throws IOException {
        if (pod != null) {
            output.drain(pod.getMetadata().getName());
        }
        keeper.ended(session(), facts(state));
        over.complete(null);
        output.end();
        try {
            cluster.remove(terms.namespace(), session());
            if (terms.ports()) {
                cluster.close(terms.namespace(), session());
            }
        } catch (KubernetesClientException e) {
            LOG.log(
                    Level.WARNING,
                    "what session {0} leaves in the cluster is removed later: {1}",
                    session(),
                    Cluster.said(e));
        }
    }

    private Map<String, Object> facts(State state) throws IOException {
        stored = WorkSize.of(folder.work());
        Map<String, Object> stop = JsonFile.read(folder.file("stop.json")).orElse(Map.of());
        State.Over told = state instanceof State.Over ended
                ? ended
                : new State.Over(Observation.End.LOST, -1, null, null, "Its Job and its pod are gone.", false);
        String end = told.end().name();
        String why = told.detail();
        if (!told.certain() && !stop.isEmpty()) {
            end = String.valueOf(stop.get("end"));
            why = String.valueOf(stop.get("detail"));
        } else if (told.end() == Observation.End.FAILED && told.code() > 0 && stored >= terms.storage()) {
            end = "OUT_OF_STORAGE";
            why = wrote();
        } else if (told.end() != Observation.End.OUT_OF_MEMORY && output.tooMuch()) {
            end = "OUT_OF_STORAGE";
            why = printed();
        }
        Instant now = Instant.now();
        Instant began = since;
        if (began == null) {
            began = told.started() == null ? now : told.started();
        }
        // As with the start: whole seconds, and the cut off part is given.
        Instant until = told.finished() == null ? now : told.finished().plusSeconds(1);
        until = until.isAfter(now) ? now : until;
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("end", end);
        facts.put("code", told.code());
        facts.put("since", seconds(began));
        facts.put("until", seconds(until.isBefore(began) ? began : until));
        facts.put("detail", why);
        facts.put("storage", stored);
        return facts;
    }

    static double seconds(Instant instant) {
        return instant.getEpochSecond() + instant.getNano() / 1e9;
    }

    /** Stops watching; the Job goes on. */
    void detach() {
        detached = true;
        output.end();
    }
}
