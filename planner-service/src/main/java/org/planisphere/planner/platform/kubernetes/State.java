package org.planisphere.planner.platform.kubernetes;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.platform.Observation;

/** What a cluster says of one run, in our words. Pure. */
sealed interface State {
    /** Not running yet. */
    record Waiting(String detail) implements State {}

    /** Running; the cluster tells whole seconds. */
    record Running(Instant started) implements State {}

    /**
     * At its end, or without hope of a beginning.
     *
     * @param code 128 + signal for a signal, -1 when it cannot be known
     * @param started null when it never ran
     * @param certain whether the cluster's word stands against what we asked of it meanwhile
     */
    record Over(
            Observation.End end,
            int code,
            @Nullable Instant started,
            @Nullable Instant finished,
            String detail,
            boolean certain)
            implements State {}

    /** Neither Job nor pod is there. */
    record Gone() implements State {}

    /** Reasons for which a container waits that no time will mend. */
    Set<String> HOPELESS = Set.of("InvalidImageName", "ErrImageNeverPull", "ErrInvalidImageName");

    /** Reasons that may pass, but mostly do not. */
    Set<String> DOUBTFUL = Set.of(
            "ErrImagePull",
            "ImagePullBackOff",
            "RegistryUnavailable",
            "ImageInspectError",
            "SignatureValidationFailed",
            "CreateContainerConfigError",
            "CreateContainerError",
            "RunContainerError",
            "CrashLoopBackOff");

    /**
     * @param patience how long after a pod's creation what looks hopeless is waited for
     */
    static State of(@Nullable Job job, @Nullable Pod pod, Instant now, Duration patience) {
        if (pod != null) {
            return ofPod(pod, now, patience);
        }
        return job == null ? new Gone() : ofJob(job);
    }

    private static State ofPod(Pod pod, Instant now, Duration patience) {
        if (pod.getStatus() == null) {
            return new Waiting("its pod was made");
        }
        Optional<ContainerState> container = pod.getStatus().getContainerStatuses().stream()
                .filter(status -> status.getName().equals(Launch.CONTAINER))
                .map(ContainerStatus::getState)
                .filter(state -> state != null)
                .findFirst();
        Optional<ContainerStateTerminated> ended = container.map(ContainerState::getTerminated);
        if (ended.isPresent()) {
            return ended(pod, ended.get());
        }
        String phase = String.valueOf(pod.getStatus().getPhase());
        if (phase.equals("Failed")) {
            return taken(pod, null)
                    .orElseGet(() -> new Over(
                            Observation.End.LOST, -1, null, null, "The cluster failed its pod" + why(pod), true));
        }
        if (phase.equals("Succeeded")) {
            return new Over(Observation.End.SUCCEEDED, 0, null, null, "It ended by itself.", true);
        }
        if (container.isPresent() && container.get().getRunning() != null) {
            return new Running(time(container.get().getRunning().getStartedAt(), now));
        }
        if (container.isPresent() && container.get().getWaiting() != null) {
            String reason = String.valueOf(container.get().getWaiting().getReason());
            String said = sentence(container.get().getWaiting().getMessage());
            boolean old = Duration.between(time(pod.getMetadata().getCreationTimestamp(), now), now)
                            .compareTo(patience)
                    > 0;
            if (HOPELESS.contains(reason) || (DOUBTFUL.contains(reason) && old)) {
                String what = reason.contains("Image") || reason.contains("Registry") || reason.contains("Signature")
                        ? "The image could not be had: "
                        : "The container could not be made: ";
                return new Over(Observation.End.FAILED, -1, null, null, what + reason + said + ".", true);
            }
            return new Waiting(
                    reason.equals("ContainerCreating") || reason.equals("PodInitializing")
                            ? "its container is being made, its image pulled where it is not there"
                            : "its container is not there yet: " + reason + said);
        }
        return conditions(pod)
                .filter(condition ->
                        "PodScheduled".equals(condition.getType()) && "False".equals(condition.getStatus()))
                .findFirst()
                .<State>map(condition -> new Waiting("no node has room for it" + sentence(condition.getMessage())))
                .orElseGet(() -> new Waiting("a node is being found"));
    }

    private static State ended(Pod pod, ContainerStateTerminated how) {
        int code = how.getExitCode() == null ? -1 : how.getExitCode();
        Instant started = optional(how.getStartedAt());
        Instant finished = optional(how.getFinishedAt());
        String reason = String.valueOf(how.getReason());
        if (reason.equals("OOMKilled") && code != 0) {
            return new Over(
                    Observation.End.OUT_OF_MEMORY,
                    code,
                    started,
                    finished,
                    "It used more memory than it was granted.",
                    true);
        }
        Optional<State> taken = code == 0 ? Optional.empty() : taken(pod, how);
        if (taken.isPresent()) {
            return taken.get();
        }
        String said = String.valueOf(how.getMessage());
        if (reason.equals("StartError") || reason.equals("ContainerCannotRun")) {
            boolean forbidden = said.toLowerCase(Locale.ROOT).contains("permission denied");
            return new Over(
                    Observation.End.FAILED,
                    forbidden ? 126 : 127,
                    null,
                    null,
                    "The program could not be started" + sentence(how.getMessage()) + ".",
                    true);
        }
        if (reason.equals("ContainerStatusUnknown")) {
            return new Over(Observation.End.LOST, -1, started, finished, "Its node no longer knows of it.", false);
        }
        if (code == 0) {
            return new Over(Observation.End.SUCCEEDED, 0, started, finished, "It ended by itself.", false);
        }
        if (pod.getMetadata().getDeletionTimestamp() != null) {
            return new Over(Observation.End.LOST, code, started, finished, "Somebody removed its pod.", false);
        }
        return new Over(
                Observation.End.FAILED,
                code,
                started,
                finished,
                code > 128 ? "It ended by signal " + (code - 128) + "." : "It ended with exit code " + code + ".",
                false);
    }

    /** What the cluster did to the pod by itself. */
    private static Optional<State> taken(Pod pod, @Nullable ContainerStateTerminated how) {
        String reason = String.valueOf(pod.getStatus().getReason());
        String said = String.valueOf(pod.getStatus().getMessage());
        int code = how == null || how.getExitCode() == null ? -1 : how.getExitCode();
        Instant started = how == null ? null : optional(how.getStartedAt());
        Instant finished = how == null ? null : optional(how.getFinishedAt());
        if (reason.equals("DeadlineExceeded")) {
            return Optional.of(
                    new Over(Observation.End.OUT_OF_TIME, code, started, finished, "Its duration was over.", true));
        }
        if (reason.equals("Evicted")) {
            boolean storage = said.contains("ephemeral") || said.contains("emptyDir");
            return Optional.of(new Over(
                    storage ? Observation.End.OUT_OF_STORAGE : Observation.End.LOST,
                    code,
                    started,
                    finished,
                    "Its node put it out" + sentence(said) + ".",
                    true));
        }
        return conditions(pod)
                .filter(condition ->
                        "DisruptionTarget".equals(condition.getType()) && "True".equals(condition.getStatus()))
                // The word for a pod that its own Job takes down: it says nothing of why.
                .filter(condition -> !"DeletionByJobController".equals(condition.getReason()))
                .findFirst()
                .map(condition -> new Over(
                        Observation.End.LOST,
                        code,
                        started,
                        finished,
                        "The cluster took it off its node: " + condition.getReason() + sentence(condition.getMessage())
                                + ".",
                        false));
    }

    private static State ofJob(Job job) {
        List<JobCondition> conditions = job.getStatus() == null
                ? List.of()
                : job.getStatus().getConditions().stream()
                        .filter(condition -> "True".equals(condition.getStatus()))
                        .toList();
        for (JobCondition condition : conditions) {
            String type = String.valueOf(condition.getType());
            if (type.equals("Failed")) {
                boolean late = "DeadlineExceeded".equals(condition.getReason());
                return new Over(
                        late ? Observation.End.OUT_OF_TIME : Observation.End.LOST,
                        -1,
                        null,
                        optional(condition.getLastTransitionTime()),
                        late ? "Its duration was over." : "Its pod is gone: " + condition.getReason() + ".",
                        false);
            }
            if (type.equals("Complete")) {
                return new Over(
                        Observation.End.SUCCEEDED,
                        0,
                        optional(job.getStatus().getStartTime()),
                        optional(job.getStatus().getCompletionTime()),
                        "It ended by itself; its pod is gone, and what was not copied of its output with it.",
                        false);
            }
        }
        boolean queued = conditions.stream().anyMatch(condition -> "Suspended".equals(condition.getType()))
                || (job.getSpec() != null && Boolean.TRUE.equals(job.getSpec().getSuspend()));
        return new Waiting(queued ? "it waits in the cluster's queue" : "handed over to the cluster");
    }

    private static Stream<PodCondition> conditions(Pod pod) {
        return pod.getStatus().getConditions().stream();
    }

    private static String why(Pod pod) {
        String reason = pod.getStatus().getReason();
        return (reason == null || reason.isBlank() ? "" : ": " + reason)
                + sentence(pod.getStatus().getMessage()) + ".";
    }

    /** Words of the cluster's as the rest of a sentence of ours. */
    private static String sentence(@Nullable String words) {
        if (words == null || words.isBlank()) {
            return "";
        }
        String one = words.strip().replaceAll("\\s+", " ").replaceAll("\\.$", "");
        return ": " + (one.length() > 300 ? one.substring(0, 300) + "…" : one);
    }

    static Instant time(@Nullable String text, Instant otherwise) {
        Instant read = optional(text);
        return read == null ? otherwise : read;
    }

    private static @Nullable Instant optional(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return null;
        }
        try {
            Instant read = OffsetDateTime.parse(text).toInstant();
            // A container that never ran has the first second of 1970 or of all time.
            return read.isAfter(Instant.EPOCH) ? read : null;
        } catch (DateTimeException e) {
            return null;
        }
    }
}
