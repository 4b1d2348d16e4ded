package org.planisphere.registry.door;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.database.DatabaseUnavailable;
import org.planisphere.registry.regtap.Ingest;

/**
 * Makes the relations anew when their rules have changed with a new version of this program: a few records at once, many
 * beside everything else, so that a big registry starts as soon as a small one. Until then queries find of some records
 * what the rules before made of them. Indexes that a killed process left out are made beside everything else, too.
 */
final class RelationsKeeper implements AutoCloseable {
    /** More are made in the background. */
    private static final long FEW = 200;

    private static final Duration RETRY = Duration.ofSeconds(5);
    private static final System.Logger LOG = System.getLogger(RelationsKeeper.class.getName());

    private final Ingest ingest;
    private final CountDownLatch end = new CountDownLatch(1);
    private @Nullable Thread thread;

    RelationsKeeper(Ingest ingest) {
        this.ingest = ingest;
    }

    /** @throws DatabaseUnavailable when the database does not say what there is to do */
    void begin() {
        try {
            long left = ingest.left();
            if (left <= FEW && ingest.indexed()) {
                ingest.bringUpToDate();
                return;
            }
            LOG.log(
                    System.Logger.Level.INFO,
                    left == 0
                            ? "indexes of the relations are missing and are made"
                            : "the relations of " + left + " records are made anew");
        } catch (SQLException e) {
            throw new DatabaseUnavailable("the relations of the records cannot be brought up to date", e);
        }
        Thread background = new Thread(this::work, "registry-relations");
        background.setDaemon(true);
        thread = background;
        background.start();
    }

    private void work() {
        try {
            do {
                try {
                    ingest.bringUpToDate();
                    return;
                } catch (SQLException e) {
                    LOG.log(
                            System.Logger.Level.WARNING,
                            "the relations are not up to date yet, and will be tried again: " + e.getMessage());
                }
            } while (!end.await(RETRY.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Records whose relations are still to be made anew. */
    long left() {
        Ingest.Progress progress = ingest.progress();
        return progress.all() - progress.done();
    }

    /** What people should know of it; empty when all is up to date. */
    String note() {
        Ingest.Progress progress = ingest.progress();
        return progress.over()
                ? ""
                : "The relations for queries are made anew: " + progress.done() + " of " + progress.all()
                        + " records are done.";
    }

    @Override
    public void close() {
        ingest.stop();
        end.countDown();
        Thread background = thread;
        if (background != null) {
            try {
                background.join(Duration.ofSeconds(10).toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
