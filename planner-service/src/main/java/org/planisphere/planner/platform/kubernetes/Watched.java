package org.planisphere.planner.platform.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Our Jobs and pods as the cluster last told of them: listed once, then watched. A watch that breaks is begun again from
 * where it was, and where the cluster has forgotten that (410 Gone), all is listed anew. Thread safe.
 */
final class Watched implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Watched.class.getName());

    private final List<SharedIndexInformer<Job>> jobs = new ArrayList<>();
    private final List<SharedIndexInformer<Pod>> pods = new ArrayList<>();
    private final Consumer<UUID> changed;

    /** @param changed told on threads of the watch, which it must not keep */
    Watched(Cluster cluster, Set<String> namespaces, String owner, Consumer<UUID> changed) {
        this.changed = changed;
        for (String namespace : namespaces) {
            jobs.add(begin(cluster.client()
                    .batch()
                    .v1()
                    .jobs()
                    .inNamespace(namespace)
                    .withLabel(Launch.PLATFORM, owner)
                    .runnableInformer(0)));
            pods.add(begin(cluster.client()
                    .pods()
                    .inNamespace(namespace)
                    .withLabel(Launch.PLATFORM, owner)
                    .runnableInformer(0)));
        }
    }

    private <T extends HasMetadata> SharedIndexInformer<T> begin(SharedIndexInformer<T> informer) {
        informer.exceptionHandler((begun, e) -> {
            if (begun) {
                LOG.log(Level.WARNING, "the cluster cannot be watched for now: " + e.getMessage());
            }
            // At the start too whatever may pass is tried again; that we may not watch does not pass.
            return begun
                    || !(e instanceof KubernetesClientException refused
                            && (refused.getCode() == 401 || refused.getCode() == 403));
        });
        informer.addEventHandler(new ResourceEventHandler<>() {
            @Override
            public void onAdd(T thing) {
                tell(thing);
            }

            @Override
            public void onUpdate(T before, T now) {
                tell(now);
            }

            @Override
            public void onDelete(T thing, boolean unseen) {
                tell(thing);
            }
        });
        try {
            informer.start().toCompletableFuture().get(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            close();
            informer.close();
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IllegalStateException("its Jobs and pods cannot be watched: " + cause.getMessage(), e);
        }
        return informer;
    }

    private void tell(HasMetadata thing) {
        session(thing).ifPresent(changed);
    }

    static Optional<UUID> session(HasMetadata thing) {
        Map<String, String> labels = thing.getMetadata().getLabels();
        try {
            return labels == null || labels.get(Launch.SESSION) == null
                    ? Optional.empty()
                    : Optional.of(UUID.fromString(labels.get(Launch.SESSION)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** All our Jobs, those that belong to no session included. */
    List<Job> jobs() {
        return jobs.stream()
                .flatMap(informer -> informer.getStore().list().stream())
                .toList();
    }

    Optional<Job> job(UUID session) {
        return jobs().stream().filter(job -> is(job, session)).findFirst();
    }

    Optional<Pod> pod(UUID session) {
        return Cluster.newest(pods.stream()
                .flatMap(informer -> informer.getStore().list().stream())
                .filter(pod -> is(pod, session))
                .toList());
    }

    /** Every session of which there is something. */
    Set<UUID> sessions() {
        Set<UUID> all = new LinkedHashSet<>();
        jobs().forEach(job -> session(job).ifPresent(all::add));
        pods.forEach(informer ->
                informer.getStore().list().forEach(pod -> session(pod).ifPresent(all::add)));
        return all;
    }

    private static boolean is(HasMetadata thing, UUID session) {
        return session(thing).filter(session::equals).isPresent();
    }

    @Override
    public void close() {
        jobs.forEach(SharedIndexInformer::close);
        pods.forEach(SharedIndexInformer::close);
    }
}
