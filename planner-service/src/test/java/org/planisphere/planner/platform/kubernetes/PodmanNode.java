package org.planisphere.planner.platform.kubernetes;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.planisphere.planner.platform.container.Podman;

/**
 * What stands behind the interface in a cluster, played openly: the controller that makes a pod of a Job and counts its
 * deadline, the collector that takes a removed Job's pod away, and the kubelet of one node, which runs each pod as it was
 * written by {@code podman play kube}. All they tell is told through the interface.
 */
final class PodmanNode implements AutoCloseable {
    static final String IMAGE = "localhost/planisphere-test/kube:1";
    private static boolean imported;

    private final KubernetesClient admin;
    private final Podman podman;
    private final Path folder;
    private final Map<String, Guest> guests = new ConcurrentHashMap<>();
    private final ScheduledExecutorService controller = Executors.newSingleThreadScheduledExecutor();
    private final ExecutorService kubelet = Executors.newCachedThreadPool();

    /** A Job's pod on the node. */
    private static final class Guest {
        private final String job;
        private final String pod;
        private final Instant asked = Instant.now();
        private volatile boolean leaving;
        private volatile String log;

        Guest(String job) {
            this.job = job;
            this.pod = job + "-" + UUID.randomUUID().toString().substring(0, 5);
        }

        String container() {
            return pod + "-" + Launch.CONTAINER;
        }
    }

    PodmanNode(ApiServer server, Podman podman, Path folder) throws IOException, InterruptedException {
        this.admin = server.admin();
        this.podman = podman;
        this.folder = folder;
        synchronized (PodmanNode.class) {
            if (!imported) {
                // A kubelet's runtime gives programs a path where the image has none; podman here does not.
                podman.importImage(IMAGE, podman.rootfs("busybox"), "ENV=PATH=/bin:/usr/bin");
                imported = true;
            }
        }
        admin.resource(node("one", "4", "4Gi")).create();
        server.logs(this::log);
        server.ends(pod -> guest(pod) != null && end(guest(pod), 1));
        controller.scheduleWithFixedDelay(this::control, 0, 50, TimeUnit.MILLISECONDS);
    }

    static io.fabric8.kubernetes.api.model.Node node(String name, String cores, String memory) {
        return new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("kubernetes.io/arch", "amd64")
                .addToLabels("kubernetes.io/os", "linux")
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .withNewStatus()
                .addToAllocatable("cpu", new Quantity(cores))
                .addToAllocatable("memory", new Quantity(memory))
                .addToAllocatable("pods", new Quantity("110"))
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .endCondition()
                .endStatus()
                .build();
    }

    private Guest guest(String pod) {
        return guests.values().stream()
                .filter(guest -> guest.pod.equals(pod))
                .findFirst()
                .orElse(null);
    }

    // The controller --------------------------------------------------------------------------------------------------

    private void control() {
        try {
            Map<String, Job> jobs = new LinkedHashMap<>();
            admin.batch()
                    .v1()
                    .jobs()
                    .inAnyNamespace()
                    .list()
                    .getItems()
                    .forEach(job -> jobs.put(job.getMetadata().getName(), job));
            for (Job job : jobs.values()) {
                String name = job.getMetadata().getName();
                Guest guest = guests.get(name);
                if (guest == null && !Boolean.TRUE.equals(job.getSpec().getSuspend())) {
                    Guest made = new Guest(name);
                    guests.put(name, made);
                    begin(job, made);
                } else if (guest != null
                        && !guest.leaving
                        && Duration.between(guest.asked, Instant.now()).toSeconds()
                                > job.getSpec().getActiveDeadlineSeconds()) {
                    end(guest, 1);
                }
            }
            for (Guest guest : guests.values()) {
                if (!jobs.containsKey(guest.job) && !guest.leaving) {
                    end(guest, 0);
                }
            }
        } catch (RuntimeException e) {
            // The test's server is closing, or the Job went meanwhile: the next look tells.
        }
    }

    private void begin(Job job, Guest guest) {
        change(() -> admin.batch()
                .v1()
                .jobs()
                .inNamespace(job.getMetadata().getNamespace())
                .withName(guest.job)
                .editStatus(seen -> {
                    seen.setStatus(new io.fabric8.kubernetes.api.model.batch.v1.JobStatusBuilder()
                            .withStartTime(Instant.now()
                                    .truncatedTo(ChronoUnit.SECONDS)
                                    .toString())
                            .build());
                    return seen;
                }));
        Pod pod = new PodBuilder()
                .withMetadata(job.getSpec().getTemplate().getMetadata())
                .editMetadata()
                .withName(guest.pod)
                .withNamespace(job.getMetadata().getNamespace())
                .addToLabels("job-name", guest.job)
                .withCreationTimestamp(
                        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString())
                .endMetadata()
                .withSpec(job.getSpec().getTemplate().getSpec())
                .withNewStatus()
                .withPhase("Pending")
                .endStatus()
                .build();
        Pod made = admin.resource(pod).create();
        kubelet.execute(() -> run(made, guest));
    }

    /** Ends the pod, asking it first; {@code grace} 0 is the pod's own. */
    private boolean end(Guest guest, int grace) {
        guest.leaving = true;
        kubelet.execute(() -> {
            try {
                Pod pod = admin.pods().inAnyNamespace().list().getItems().stream()
                        .filter(one -> one.getMetadata().getName().equals(guest.pod))
                        .findFirst()
                        .orElse(null);
                if (pod == null) {
                    guests.remove(guest.job);
                    return;
                }
                long seconds = grace > 0 ? grace : pod.getSpec().getTerminationGracePeriodSeconds();
                quietly("stop", "--time", String.valueOf(seconds), guest.container());
                quietly("wait", guest.container());
                guest.log = printed(guest);
                tell(pod, guest, ended(guest));
                admin.resource(pod).withGracePeriod(0).delete();
                quietly("pod", "rm", "--force", "--time", "0", guest.pod);
            } catch (RuntimeException e) {
                // Its node goes down with the test.
            }
        });
        return true;
    }

    // The kubelet -----------------------------------------------------------------------------------------------------

    private void run(Pod pod, Guest guest) {
        try {
            Path file = folder.resolve(guest.pod + ".yaml");
            Files.writeString(file, Serialization.asYaml(expanded(pod)));
            String refused = quietly("play", "kube", "--network", "none", file.toString());
            if (refused != null) {
                tell(pod, guest, refused(refused));
                return;
            }
            Instant started =
                    instant(podman.run("inspect", "--format", "{{.State.StartedAt.Unix}}", guest.container()));
            tell(
                    pod,
                    guest,
                    new ContainerStateBuilder()
                            .withNewRunning()
                            .withStartedAt(started.toString())
                            .endRunning()
                            .build());
            quietly("wait", guest.container());
            if (!guest.leaving) {
                guest.log = printed(guest);
                tell(pod, guest, ended(guest));
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            // Its node goes down with the test.
        }
    }

    private static ContainerState refused(String said) {
        boolean image = said.contains("initializing source") || said.contains("pull") || said.contains("registry");
        return image
                ? new ContainerStateBuilder()
                        .withNewWaiting()
                        .withReason("ImagePullBackOff")
                        .withMessage(said.length() > 200 ? said.substring(0, 200) : said)
                        .endWaiting()
                        .build()
                : new ContainerStateBuilder()
                        .withNewTerminated()
                        .withReason("StartError")
                        .withExitCode(128)
                        .withMessage(said.length() > 200 ? said.substring(0, 200) : said)
                        .withStartedAt("1970-01-01T00:00:00Z")
                        .endTerminated()
                        .build();
    }

    private ContainerState ended(Guest guest) {
        try {
            String[] facts = podman.run(
                            "inspect",
                            "--format",
                            "{{.State.ExitCode}} {{.State.StartedAt.Unix}} {{.State.FinishedAt.Unix}}",
                            guest.container())
                    .split(" ");
            int code = Integer.parseInt(facts[0]);
            return new ContainerStateBuilder()
                    .withNewTerminated()
                    .withExitCode(code)
                    .withReason(code == 0 ? "Completed" : "Error")
                    .withStartedAt(instant(facts[1]).toString())
                    .withFinishedAt(instant(facts[2]).toString())
                    .endTerminated()
                    .build();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Instant instant(String seconds) {
        return Instant.ofEpochSecond(Math.max(0, Long.parseLong(seconds.trim())));
    }

    private void tell(Pod pod, Guest guest, ContainerState state) {
        boolean over = state.getTerminated() != null;
        String phase = state.getRunning() != null
                ? "Running"
                : !over ? "Pending" : state.getTerminated().getExitCode() == 0 ? "Succeeded" : "Failed";
        change(() -> admin.pods()
                .inNamespace(pod.getMetadata().getNamespace())
                .withName(guest.pod)
                .editStatus(seen -> {
                    seen.setStatus(new io.fabric8.kubernetes.api.model.PodStatusBuilder()
                            .withPhase(phase)
                            .withContainerStatuses(new ContainerStatusBuilder()
                                    .withName(Launch.CONTAINER)
                                    .withState(state)
                                    .build())
                            .build());
                    return seen;
                }));
    }

    /** As often as somebody else was quicker. */
    private static void change(Runnable change) {
        for (int i = 0; ; i++) {
            try {
                change.run();
                return;
            } catch (KubernetesClientException e) {
                if (e.getCode() != 409 || i > 20) {
                    throw e;
                }
            }
        }
    }

    /** What of {@code $(NAME)} and {@code $$} a kubelet makes before it runs a container. */
    static Pod expanded(Pod pod) {
        Pod copy = Serialization.clone(pod);
        copy.setStatus(null);
        copy.getMetadata().setManagedFields(null);
        for (Container container : copy.getSpec().getContainers()) {
            Map<String, String> known = new LinkedHashMap<>();
            for (EnvVar variable : container.getEnv()) {
                variable.setValue(expand(variable.getValue(), known));
                known.put(variable.getName(), variable.getValue());
            }
            container.setCommand(new ArrayList<>(container.getCommand().stream()
                    .map(word -> expand(word, known))
                    .toList()));
            container.setArgs(new ArrayList<>(container.getArgs().stream()
                    .map(word -> expand(word, known))
                    .toList()));
        }
        return copy;
    }

    static String expand(String text, Map<String, String> known) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '$' || i + 1 == text.length()) {
                out.append(c);
            } else if (text.charAt(i + 1) == '$') {
                out.append('$');
                i++;
            } else if (text.charAt(i + 1) == '(' && text.indexOf(')', i) > 0) {
                int close = text.indexOf(')', i);
                String name = text.substring(i + 2, close);
                out.append(known.getOrDefault(name, "$(" + name + ")"));
                i = close;
            } else {
                out.append('$');
            }
        }
        return out.toString();
    }

    /**
     * What it has printed so far. A kubelet gives it as it comes, and as long as the pod is there; here each question has
     * an answer of its own, and the last is kept.
     */
    private String log(String pod) {
        Guest guest = guest(pod);
        return guest == null ? null : guest.log != null ? guest.log : printed(guest);
    }

    private String printed(Guest guest) {
        try {
            Path file = Path.of(podman.run("inspect", "--format", "{{.HostConfig.LogConfig.Path}}", guest.container()));
            StringBuilder text = new StringBuilder();
            for (String line : Files.readString(file, StandardCharsets.UTF_8).split("\n")) {
                String[] parts = line.split(" ", 4);
                if (parts.length == 4) {
                    text.append(parts[3]).append(parts[2].equals("F") ? "\n" : "");
                }
            }
            return text.toString();
        } catch (IOException | InterruptedException | RuntimeException e) {
            return "";
        }
    }

    /** Null when it worked, else what podman said. */
    private String quietly(String... words) {
        try {
            podman.run(words);
            return null;
        } catch (IOException | IllegalStateException e) {
            return String.valueOf(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    /** The pods that podman has of this node. */
    List<String> pods() throws IOException, InterruptedException {
        return podman.run("pod", "ps", "--format", "{{.Name}}").lines().toList();
    }

    @Override
    public void close() {
        controller.shutdownNow();
        for (Guest guest : guests.values()) {
            guest.leaving = true;
            quietly("pod", "rm", "--force", "--time", "0", guest.pod);
        }
        kubelet.shutdownNow();
    }
}
