package org.planisphere.planner.platform.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.planisphere.planner.platform.Observation.End;

class StateTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static State of(String job, String pod) {
        return State.of(
                job.isEmpty() ? null : Serialization.unmarshal(job, Job.class),
                pod.isEmpty() ? null : Serialization.unmarshal(pod, Pod.class),
                NOW,
                PATIENCE);
    }

    private static String pod(String status) {
        return pod("11:59:50", status);
    }

    private static String pod(String made, String status) {
        return "{\"metadata\":{\"creationTimestamp\":\"2026-03-01T" + made + "Z\"},\"status\":{" + status + "}}";
    }

    private static String container(String state) {
        return "\"phase\":\"Running\",\"containerStatuses\":[{\"name\":\"run\",\"state\":{" + state + "}}]";
    }

    private static String terminated(int code, String reason, String message) {
        return container("\"terminated\":{\"exitCode\":" + code + ",\"reason\":\"" + reason + "\",\"message\":\""
                + message + "\",\"startedAt\":\"2026-03-01T11:59:00Z\",\"finishedAt\":\"2026-03-01T11:59:30Z\"}");
    }

    private static String job(String type, String reason) {
        return "{\"spec\":{},\"status\":{\"conditions\":[{\"type\":\"" + type + "\",\"status\":\"True\",\"reason\":\""
                + reason + "\"}]}}";
    }

    private static State.Over over(State state) {
        assertThat(state).isInstanceOf(State.Over.class);
        return (State.Over) state;
    }

    @ParameterizedTest(name = "{1} with {0} is {3}, code {4}")
    @CsvSource({
        "0,   Completed, '', SUCCEEDED, 0",
        "12,  Error, '', FAILED, 12",
        "137, Error, '', FAILED, 137",
        "137, OOMKilled, '', OUT_OF_MEMORY, 137",
        "0,   OOMKilled, '', SUCCEEDED, 0",
        "128, StartError, 'exec: \"x\": executable file not found in $PATH', FAILED, 127",
        "128, StartError, 'exec: \"x\": permission denied', FAILED, 126",
        "127, ContainerCannotRun, 'no such file', FAILED, 127",
        "137, ContainerStatusUnknown, '', LOST, -1"
    })
    void tellsHowAContainerEnded(int code, String reason, String message, End end, int told) {
        State.Over over = over(of("", pod(terminated(code, reason, message.replace("\"", "'")))));
        assertThat(over.end()).isEqualTo(end);
        assertThat(over.code()).isEqualTo(told);
    }

    @Test
    void tellsWhenItRan() {
        State.Over over = over(of("", pod(terminated(3, "Error", ""))));
        assertThat(over.started()).isEqualTo("2026-03-01T11:59:00Z");
        assertThat(over.finished()).isEqualTo("2026-03-01T11:59:30Z");
        assertThat(of("", pod(container("\"running\":{\"startedAt\":\"2026-03-01T11:59:00Z\"}"))))
                .isEqualTo(new State.Running(Instant.parse("2026-03-01T11:59:00Z")));
    }

    @ParameterizedTest(name = "a pod that failed with {0}: {1} is {2}")
    @CsvSource({
        "DeadlineExceeded, 'Pod was active on the node longer than the specified deadline', OUT_OF_TIME",
        "Evicted, 'Pod ephemeral local storage usage exceeds the total limit of containers 64Mi.', OUT_OF_STORAGE",
        "Evicted, 'Usage of EmptyDir volume \"tmp\" exceeds the limit \"64Mi\". emptyDir', OUT_OF_STORAGE",
        "Evicted, 'The node was low on resource: memory.', LOST",
        "OutOfcpu, 'Node did not have enough resource: cpu', LOST",
        "NodeShutdown, 'Pod was terminated in response to imminent node shutdown.', LOST"
    })
    void tellsWhatTheClusterDidToAPod(String reason, String message, End end) {
        String status =
                "\"phase\":\"Failed\",\"reason\":\"" + reason + "\",\"message\":\"" + message.replace("\"", "'") + "\"";
        assertThat(over(of("", pod(status))).end()).isEqualTo(end);
        String killed = terminated(137, "Error", "").replace("\"phase\":\"Running\"", status);
        if (end != End.LOST || reason.equals("Evicted")) {
            assertThat(over(of("", pod(killed))).end()).isEqualTo(end);
        }
    }

    @Test
    void aPodThatWasPreemptedIsLost() {
        String status = terminated(143, "Error", "")
                + ",\"conditions\":[{\"type\":\"DisruptionTarget\",\"status\":\"True\",\"reason\":\"PreemptionByScheduler\"}]";
        assertThat(over(of("", pod(status))).end()).isEqualTo(End.LOST);
        assertThat(over(of("", pod(status))).detail()).contains("PreemptionByScheduler");
    }

    @ParameterizedTest(name = "a container that waits for {0}, made at {1}: over {2}")
    @CsvSource({
        "ContainerCreating, 11:00:00, false",
        "ErrImagePull, 11:59:50, false",
        "ImagePullBackOff, 11:59:50, false",
        "ImagePullBackOff, 11:58:00, true",
        "CreateContainerConfigError, 11:58:00, true",
        "InvalidImageName, 11:59:50, true",
        "ErrImageNeverPull, 11:59:50, true"
    })
    void givesUpAnImageThatCannotBeHad(String reason, String made, boolean over) {
        State state = of("", pod(made, container("\"waiting\":{\"reason\":\"" + reason + "\",\"message\":\"said\"}")));
        if (over) {
            assertThat(over(state).end()).isEqualTo(End.FAILED);
            assertThat(over(state).code()).isEqualTo(-1);
            assertThat(over(state).detail()).contains(reason).contains("said");
        } else {
            assertThat(state).isInstanceOf(State.Waiting.class);
        }
    }

    @Test
    void tellsWhyAPodWaits() {
        String status = "\"phase\":\"Pending\",\"conditions\":[{\"type\":\"PodScheduled\",\"status\":\"False\","
                + "\"reason\":\"Unschedulable\",\"message\":\"0/3 nodes are available: 3 Insufficient cpu.\"}]";
        assertThat(of("", pod(status)))
                .isEqualTo(new State.Waiting("no node has room for it: 0/3 nodes are available: 3 Insufficient cpu"));
        assertThat(of("{\"spec\":{\"suspend\":true},\"status\":{}}", ""))
                .isEqualTo(new State.Waiting("it waits in the cluster's queue"));
        assertThat(of("{\"spec\":{}}", "")).isInstanceOf(State.Waiting.class);
    }

    @Test
    void tellsTheEndOfAJobWhosePodIsGone() {
        assertThat(over(of(job("Failed", "DeadlineExceeded"), "")).end()).isEqualTo(End.OUT_OF_TIME);
        assertThat(over(of(job("Failed", "BackoffLimitExceeded"), "")).end()).isEqualTo(End.LOST);
        assertThat(over(of(job("Complete", ""), "")).end()).isEqualTo(End.SUCCEEDED);
        assertThat(of("", "")).isEqualTo(new State.Gone());
    }
}
