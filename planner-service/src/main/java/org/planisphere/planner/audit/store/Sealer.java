package org.planisphere.planner.audit.store;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Seals the audit over and over, on a thread of its own; once more when it is closed. */
public final class Sealer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Sealer.class.getName());

    private final SqlAudit audit;
    private final ScheduledExecutorService thread;
    private boolean failing;

    public Sealer(SqlAudit audit, Duration every) {
        this.audit = audit;
        this.thread = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread made = new Thread(work, "audit-sealer");
            made.setDaemon(true);
            return made;
        });
        thread.scheduleWithFixedDelay(this::seal, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    }

    private synchronized void seal() {
        try {
            audit.seal();
            failing = false;
        } catch (SQLException | RuntimeException e) {
            LOG.log(
                    failing ? System.Logger.Level.DEBUG : System.Logger.Level.WARNING,
                    "the audit is not sealed yet: " + e.getMessage());
            failing = true;
        }
    }

    @Override
    public void close() {
        thread.shutdown();
        seal();
    }
}
