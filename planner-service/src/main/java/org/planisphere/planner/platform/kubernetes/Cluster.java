package org.planisphere.planner.platform.kubernetes;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.LogWatch;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The cluster's interface, as far as this engine uses it: every call is here, each named by what it is for. Whoever the
 * planner is there must be allowed these calls and needs no others. Thread safe. Calls block, and fail with {@link
 * KubernetesClientException}.
 */
final class Cluster implements AutoCloseable {
    private final KubernetesClient client;
    private final KubernetesSettings settings;

    Cluster(KubernetesClient client, KubernetesSettings settings) {
        this.client = client;
        this.settings = settings;
    }

    /** @throws IllegalStateException when the file that says where it is cannot be used */
    static Cluster of(String platform, KubernetesSettings settings) {
        Config config;
        if (settings.kubeconfig().isEmpty()) {
            config = Config.autoConfigure(settings.context().isEmpty() ? null : settings.context());
        } else {
            Path file = Path.of(settings.kubeconfig());
            try {
                // What is in it is nobody's business: neither it nor what is wrong with it is told.
                String context = settings.context().isEmpty() ? null : settings.context();
                config = Config.fromKubeconfig(context, file.toFile());
            } catch (RuntimeException e) {
                throw new IllegalStateException("platform " + platform + ": " + file + " cannot be used as kubeconfig ("
                        + e.getClass().getSimpleName() + ")");
            }
        }
        config.setConnectionTimeout(10_000);
        config.setRequestTimeout(20_000);
        // A server that restarts is waited for, some ten seconds in all.
        config.setRequestRetryBackoffLimit(6);
        return new Cluster(new KubernetesClientBuilder().withConfig(config).build(), settings);
    }

    KubernetesClient client() {
        return client;
    }

    String address() {
        return client.getMasterUrl().toString();
    }

    /** The cluster's own words, without the address and the document that the library adds. */
    static String said(KubernetesClientException e) {
        if (e.getStatus() != null && e.getStatus().getMessage() != null) {
            return e.getStatus().getMessage();
        }
        return e.getCode() > 0 ? "it answers " + e.getCode() : "it does not answer";
    }

    // What there is ---------------------------------------------------------------------------------------------------

    Room room(String owner) {
        List<Pod> pods = client
                .pods()
                .inAnyNamespace()
                .withoutField("status.phase", "Succeeded")
                .withoutField("status.phase", "Failed")
                .list(cached())
                .getItems()
                .stream()
                .filter(pod -> pod.getSpec() != null && pod.getSpec().getNodeName() != null)
                .toList();
        Map<String, List<ResourceQuota>> quotas = new TreeMap<>();
        for (String namespace : settings.namespaces()) {
            quotas.put(
                    namespace,
                    client.resourceQuotas()
                            .inNamespace(namespace)
                            .list(cached())
                            .getItems());
        }
        return Room.of(
                client.nodes().list(cached()).getItems(),
                pods,
                quotas,
                settings.nodes(),
                settings.accelerator(),
                owner);
    }

    /** As the server has it in memory; a document of its own for each call, because the library writes into it. */
    private static ListOptions cached() {
        return new ListOptionsBuilder().withResourceVersion("0").build();
    }

    // Runs ------------------------------------------------------------------------------------------------------------

    /** Makes it; does nothing when it is there. */
    void make(HasMetadata thing) {
        try {
            client.resource(thing).create();
        } catch (KubernetesClientException e) {
            if (e.getCode() != 409) {
                throw e;
            }
        }
    }

    /** Makes the policy, or makes it say this. */
    void keep(NetworkPolicy policy) {
        try {
            client.resource(policy).create();
        } catch (KubernetesClientException e) {
            if (e.getCode() != 409) {
                throw e;
            }
            client.network()
                    .v1()
                    .networkPolicies()
                    .inNamespace(policy.getMetadata().getNamespace())
                    .withName(policy.getMetadata().getName())
                    .patch(
                            PatchContext.of(PatchType.JSON_MERGE),
                            Serialization.asJson(Map.of("spec", policy.getSpec())));
        }
    }

    Optional<Job> job(String namespace, UUID session) {
        return Optional.ofNullable(client.batch()
                .v1()
                .jobs()
                .inNamespace(namespace)
                .withName(Launch.name(session))
                .get());
    }

    Optional<Pod> pod(String namespace, UUID session) {
        return newest(client.pods()
                .inNamespace(namespace)
                .withLabel(Launch.SESSION, session.toString())
                .list()
                .getItems());
    }

    static Optional<Pod> newest(List<Pod> pods) {
        return pods.stream()
                .max(Comparator.comparing(
                        pod -> String.valueOf(pod.getMetadata().getCreationTimestamp())));
    }

    /** The service's address and its ports' numbers on the nodes, once the cluster has given them. */
    Optional<Service> service(String namespace, UUID session) {
        return Optional.ofNullable(client.services()
                .inNamespace(namespace)
                .withName(Launch.name(session))
                .get());
    }

    /** Seconds after its start after which the cluster itself ends the Job. */
    void ends(String namespace, UUID session, long seconds) {
        client.batch()
                .v1()
                .jobs()
                .inNamespace(namespace)
                .withName(Launch.name(session))
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"activeDeadlineSeconds\":" + seconds + "}}");
    }

    /** Begins to remove the Job; it is gone when its pod is, which is asked to end before it is killed. */
    void remove(String namespace, UUID session) {
        client.batch()
                .v1()
                .jobs()
                .inNamespace(namespace)
                .withName(Launch.name(session))
                .withPropagationPolicy(DeletionPropagation.FOREGROUND)
                .delete();
    }

    /** Ends its pod within a second. */
    void kill(String namespace, UUID session) {
        Optional<Pod> pod = pod(namespace, session);
        if (pod.isPresent()) {
            client.pods()
                    .inNamespace(namespace)
                    .withName(pod.get().getMetadata().getName())
                    .withGracePeriod(1)
                    .delete();
        }
    }

    /** Takes away the ways into it. */
    void close(String namespace, UUID session) {
        client.services().inNamespace(namespace).withName(Launch.name(session)).delete();
        client.network()
                .v1()
                .networkPolicies()
                .inNamespace(namespace)
                .withName(Launch.name(session))
                .delete();
    }

    // Output ----------------------------------------------------------------------------------------------------------

    /** What its container prints from its beginning, until it ends or the cluster breaks off. */
    LogWatch follow(String namespace, String pod) {
        return client.pods()
                .inNamespace(namespace)
                .withName(pod)
                .inContainer(Launch.CONTAINER)
                // Whoever asks knows already that it runs.
                .withReadyWaitTimeout(0)
                .watchLog();
    }

    /** What its container has printed; null when that is gone. */
    @Nullable
    InputStream printed(String namespace, String pod) {
        return client.pods()
                .inNamespace(namespace)
                .withName(pod)
                .inContainer(Launch.CONTAINER)
                .getLogInputStream();
    }

    @Override
    public void close() {
        client.close();
    }
}
