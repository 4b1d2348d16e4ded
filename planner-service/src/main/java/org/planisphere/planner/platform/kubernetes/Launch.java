package org.planisphere.planner.platform.kubernetes;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.planisphere.planner.platform.PlatformSettings;
import org.planisphere.planner.platform.Work;
import org.planisphere.planner.platform.image.ImageRules;
import org.planisphere.planner.platform.process.Plan;
import org.planisphere.planner.platform.process.RunEnvironment;
import org.planisphere.planner.staging.WorkFolder;
import org.planisphere.planner.task.Executable;

/** Makes of a session's work the Job that runs it: the one place that says what its pod may do. */
final class Launch {
    static final String SESSION = "planisphere.org/session";
    static final String PLATFORM = "planisphere.org/platform";
    static final String NETWORK = "planisphere.org/network";
    /** The name of the only container. */
    static final String CONTAINER = "run";

    private static final String QUEUE = "kueue.x-k8s.io/queue-name";

    private final PlatformSettings common;
    private final KubernetesSettings settings;
    private final String owner;

    /** @param owner names this platform of this planner among all that share the cluster */
    Launch(PlatformSettings common, KubernetesSettings settings, String owner) {
        this.common = common;
        this.settings = settings;
        this.owner = owner;
    }

    static String name(UUID session) {
        return "planisphere-" + session;
    }

    boolean network(Work work) {
        return common.network() && work.network();
    }

    Map<String, String> labels(Work work) {
        return Map.of(SESSION, work.session().toString(), PLATFORM, owner, NETWORK, network(work) ? "granted" : "none");
    }

    /** Seconds after its start after which the cluster ends a Job by itself, when the planner has not. */
    long deadline(Duration waiting, Duration duration) {
        return waiting.plus(duration)
                .plus(common.limits().grace())
                .plusSeconds(5)
                .toSeconds();
    }

    /** @param uid the user, and the group, as whom it runs */
    Job job(Work work, WorkFolder folder, KubernetesSettings.Home home, String image, int uid) {
        Map<String, String> labels = new TreeMap<>(labels(work));
        if (!home.queue().isEmpty()) {
            labels.put(QUEUE, home.queue());
        }
        return new JobBuilder()
                .withNewMetadata()
                .withName(name(work.session()))
                .withNamespace(home.namespace())
                .withLabels(labels)
                .endMetadata()
                .withNewSpec()
                // Kueue lets it go; without a queue nobody would.
                .withSuspend(home.queue().isEmpty() ? null : true)
                .withBackoffLimit(0)
                .withParallelism(1)
                .withCompletions(1)
                .withActiveDeadlineSeconds(deadline(settings.waiting(), work.duration()))
                .withTemplate(pod(work, folder, image, uid))
                .endSpec()
                .build();
    }

    private PodTemplateSpec pod(Work work, WorkFolder folder, String image, int uid) {
        Plan plan = Plan.of(work, settings.python());
        SharedVolume.Parts shared = settings.volume().parts(places(work, folder, plan));
        List<Volume> volumes = new ArrayList<>(shared.volumes());
        volumes.add(new VolumeBuilder()
                .withName("tmp")
                .withNewEmptyDir()
                .withMedium("Memory")
                .withSizeLimit(Quantity.parse(String.valueOf(settings.temporary())))
                .endEmptyDir()
                .build());
        List<VolumeMount> mounts = new ArrayList<>(shared.mounts());
        mounts.add(
                new VolumeMountBuilder().withName("tmp").withMountPath("/tmp").build());
        return new PodTemplateSpecBuilder()
                .withNewMetadata()
                .withLabels(labels(work))
                .endMetadata()
                .withNewSpec()
                .withRestartPolicy("Never")
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                // The cluster's own first process passes signals on and buries what a program leaves.
                .withShareProcessNamespace(true)
                .withTerminationGracePeriodSeconds(
                        Math.max(1, common.limits().grace().toSeconds()))
                .withNodeSelector(nodes(work))
                .withRuntimeClassName(settings.runtime().isEmpty() ? null : settings.runtime())
                .withPriorityClassName(settings.priority().isEmpty() ? null : settings.priority())
                .withImagePullSecrets(settings.secrets().stream()
                        .map(LocalObjectReference::new)
                        .toList())
                .withNewSecurityContext()
                .withRunAsNonRoot(true)
                .withRunAsUser((long) uid)
                .withRunAsGroup((long) uid)
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .endSecurityContext()
                .withContainers(container(work, plan, image, mounts))
                .withVolumes(volumes)
                .endSpec()
                .build();
    }

    private List<SharedVolume.Place> places(Work work, WorkFolder folder, Plan plan) {
        String session = work.session() + "/work";
        List<SharedVolume.Place> places = new ArrayList<>();
        places.add(new SharedVolume.Place(session, "/work", false, true));
        for (Plan.Mount mount : plan.mounts) {
            places.add(new SharedVolume.Place(
                    session + "/" + mount.from(),
                    mount.to().startsWith("/") ? mount.to() : "/work/" + mount.to(),
                    mount.readOnly(),
                    Files.isDirectory(folder.work().resolve(mount.from()))));
        }
        return places;
    }

    private Map<String, String> nodes(Work work) {
        Map<String, String> labels = new TreeMap<>(settings.nodes());
        labels.put("kubernetes.io/os", "linux");
        if (work.executable() instanceof Executable.DockerContainer container) {
            labels.put(
                    "kubernetes.io/arch",
                    ImageRules.architecture(container.image().architecture()));
        }
        return labels;
    }

    private Container container(Work work, Plan plan, String image, List<VolumeMount> mounts) {
        List<String> entrypoint = List.of();
        List<String> command = plan.command;
        if (work.executable() instanceof Executable.DockerContainer container) {
            if (container.entrypoint() != null && !container.entrypoint().isBlank()) {
                entrypoint = List.of(container.entrypoint());
            }
        } else {
            // A program of its own, whatever the image would start.
            entrypoint = plan.command;
            command = List.of();
        }
        Map<String, Quantity> bounds = bounds(work);
        return new ContainerBuilder()
                .withName(CONTAINER)
                .withImage(image)
                .withImagePullPolicy(image.contains("@") ? "IfNotPresent" : null)
                .withCommand(entrypoint.stream().map(Launch::literal).toList())
                .withArgs(command.stream().map(Launch::literal).toList())
                .withEnv(environment(work, plan))
                .withWorkingDir(plan.directory.equals(".") ? "/work" : "/work/" + plan.directory)
                .withNewResources()
                .withLimits(bounds)
                .withRequests(bounds)
                .endResources()
                .withNewSecurityContext()
                .withPrivileged(false)
                .withAllowPrivilegeEscalation(false)
                .withReadOnlyRootFilesystem(true)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .endSecurityContext()
                .withTerminationMessagePolicy("File")
                .withVolumeMounts(mounts)
                .build();
    }

    private Map<String, Quantity> bounds(Work work) {
        Map<String, Quantity> bounds = new LinkedHashMap<>();
        bounds.put("cpu", Quantity.parse(String.valueOf(RunEnvironment.cores(work))));
        bounds.put("memory", Quantity.parse(RunEnvironment.memory(work) + "Mi"));
        // What the node keeps of it: what it prints.
        bounds.put("ephemeral-storage", Quantity.parse(4 * (common.limits().output() >> 20) + 64 + "Mi"));
        if (work.granted().accelerators() > 0) {
            bounds.put(
                    settings.accelerator(),
                    Quantity.parse(String.valueOf(work.granted().accelerators())));
        }
        return bounds;
    }

    private static List<EnvVar> environment(Work work, Plan plan) {
        List<EnvVar> all = new ArrayList<>();
        RunEnvironment.of(work, plan)
                .forEach((name, value) -> all.add(new EnvVarBuilder()
                        .withName(name)
                        .withValue(literal(value))
                        .build()));
        return all;
    }

    /**
     * The text such that the cluster hands on what was meant: it replaces {@code $(NAME)} in commands and environment, and
     * makes one {@code $} of two.
     */
    static String literal(String text) {
        StringBuilder literal = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            literal.append(c);
            if (c == '$' && i + 1 < text.length() && (text.charAt(i + 1) == '$' || text.charAt(i + 1) == '(')) {
                literal.append('$');
            }
        }
        return literal.toString();
    }
}
