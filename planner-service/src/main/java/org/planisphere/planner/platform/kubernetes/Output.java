package org.planisphere.planner.platform.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.LogWatch;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.platform.process.OutputCopy;
import org.planisphere.planner.staging.WorkFolder;

/**
 * Copies what a run prints into its folder. The cluster keeps both streams as one, and gives it from its beginning each time
 * it is asked; what is in the file already is skipped. Thread safe.
 */
final class Output {
    private static final Logger LOG = System.getLogger(Output.class.getName());
    private static final long SHORT = 500;
    private static final long LONG = 5_000;

    private final Cluster cluster;
    private final String namespace;
    private final WorkFolder folder;
    private final long limit;
    private final Object pen = new Object();
    private volatile boolean tooMuch;
    private volatile boolean ended;
    private volatile @Nullable LogWatch watch;

    /** @param limit bytes */
    Output(Cluster cluster, String namespace, WorkFolder folder, long limit) {
        this.cluster = cluster;
        this.namespace = namespace;
        this.folder = folder;
        this.limit = limit;
    }

    /** Whether it printed more than it may. */
    boolean tooMuch() {
        return tooMuch;
    }

    /** Copies as it is printed, until the run is over; a stream that breaks is begun again. Blocks. */
    void follow(String pod, CompletableFuture<?> over) {
        long pause = SHORT;
        while (!ended && !over.isDone() && !tooMuch) {
            boolean more = false;
            try (LogWatch now = cluster.follow(namespace, pod)) {
                watch = now;
                InputStream in = now.getOutput();
                more = in != null && copy(in, false);
            } catch (IOException | KubernetesClientException e) {
                LOG.log(Level.DEBUG, "the output of pod " + pod + " breaks off", e);
            }
            pause = more ? SHORT : Math.min(LONG, 2 * pause);
            if (ended) {
                return;
            }
            try {
                over.get(pause, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (TimeoutException | ExecutionException e) {
                // Again.
            }
        }
    }

    /** Whatever was printed and is not in the file yet; nothing is copied afterwards. */
    void drain(String pod) {
        end();
        try (InputStream in = cluster.printed(namespace, pod)) {
            if (in != null) {
                copy(in, true);
            }
        } catch (IOException | KubernetesClientException e) {
            LOG.log(Level.DEBUG, "the last output of pod " + pod + " was not to be had", e);
        }
    }

    /** True when there was something new. */
    private boolean copy(InputStream in, boolean last) throws IOException {
        byte[] buffer = new byte[16 << 10];
        boolean more = false;
        OutputCopy file;
        synchronized (pen) {
            if (ended && !last) {
                return false;
            }
            file = new OutputCopy(folder.stdout(), limit);
        }
        long before = java.nio.file.Files.size(folder.stdout());
        try (file) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                synchronized (pen) {
                    if (ended && !last) {
                        return more;
                    }
                    if (!file.write(Arrays.copyOf(buffer, count))) {
                        tooMuch = true;
                        return true;
                    }
                }
                more |= java.nio.file.Files.size(folder.stdout()) > before;
            }
        }
        return more;
    }

    /** Ends following. */
    void end() {
        synchronized (pen) {
            ended = true;
        }
        LogWatch now = watch;
        if (now != null) {
            now.close();
        }
    }
}
