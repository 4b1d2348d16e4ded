package org.planisphere.registry.tap;

import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.database.Database;

/**
 * Queries as jobs: kept in the database, their results in a folder. What was at work when the node ended is begun again
 * when it begins. Thread safe.
 */
final class Jobs implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Jobs.class.getName());
    private static final Duration LOOK = Duration.ofMinutes(1);
    private static final Set<Job.Phase> ACTIVE = Set.of(Job.Phase.QUEUED, Job.Phase.EXECUTING);

    private final JobStore store;
    private final TapSettings settings;
    private final Answers answers;
    private final Reader reader;
    private final Clock clock = Clock.systemUTC();
    private final SecureRandom random = new SecureRandom();
    private final ScheduledExecutorService workers;
    private final Map<String, PreparedStatement> running = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<Void>> changes = new ConcurrentHashMap<>();
    private volatile boolean closing;

    /** Makes a query of parameters. */
    interface Reader {
        Asked read(Parameters parameters) throws Rejected;
    }

    Jobs(Database database, TapSettings settings, Answers answers, Reader reader) {
        this.store = new JobStore(database, settings.base().toString());
        this.settings = settings;
        this.answers = answers;
        this.reader = reader;
        this.workers = Executors.newScheduledThreadPool(settings.parallel() + 1, task -> {
            Thread thread = new Thread(task, "registry-query");
            thread.setDaemon(true);
            return thread;
        });
        workers.execute(this::goOn);
        var unused =
                workers.scheduleWithFixedDelay(this::sweep, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    Job create(@Nullable String owner, Parameters parameters) throws Rejected {
        try {
            if (store.count() >= settings.jobs()) {
                sweep();
                if (store.count() >= settings.jobs()) {
                    throw new Rejected(503, "There are as many jobs as this service keeps; delete some of yours.");
                }
            }
            byte[] secret = new byte[16];
            random.nextBytes(secret);
            String id = new BigInteger(1, secret).toString(36);
            Instant now = now();
            Job job = new Job(
                    id,
                    owner,
                    Job.Phase.PENDING,
                    Job.form(Map.of(), parameters),
                    now,
                    null,
                    null,
                    now.plus(settings.keep()),
                    (int) settings.asJob().toSeconds(),
                    null);
            store.insert(job);
            return job;
        } catch (SQLException e) {
            throw away(e);
        }
    }

    /** A job; one whose destruction has come is gone, whenever it is swept away. */
    Optional<Job> find(String id) throws Rejected {
        try {
            Instant now = now();
            return store.find(id).filter(job -> job.destruction().isAfter(now));
        } catch (SQLException e) {
            throw away(e);
        }
    }

    List<Job> list(String owner, Set<Job.Phase> phases, @Nullable Instant after, int last) throws Rejected {
        try {
            return store.list(owner, phases, after, last);
        } catch (SQLException e) {
            throw away(e);
        }
    }

    void run(Job job) throws Rejected {
        try {
            if (!store.move(job.id(), Set.of(Job.Phase.PENDING), Job.Phase.QUEUED, null, null)) {
                throw new Rejected(403, "Only a job that is PENDING can be run.");
            }
        } catch (SQLException e) {
            throw away(e);
        }
        changed(job.id());
        workers.execute(() -> execute(job.id()));
    }

    /** Stops a job; one that has ended stays as it is. */
    void abort(Job job) throws Rejected {
        try {
            if (store.move(
                    job.id(),
                    Set.of(Job.Phase.PENDING, Job.Phase.QUEUED, Job.Phase.EXECUTING),
                    Job.Phase.ABORTED,
                    now(),
                    null)) {
                stop(job.id());
                changed(job.id());
            }
        } catch (SQLException e) {
            throw away(e);
        }
    }

    void delete(Job job) throws Rejected {
        try {
            store.delete(job.id());
            stop(job.id());
            Files.deleteIfExists(result(job.id()));
            changed(job.id());
        } catch (SQLException e) {
            throw away(e);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "a result was not deleted: " + e.getMessage());
        }
    }

    void parameters(Job job, Parameters more) throws Rejected {
        try {
            if (!store.form(job.id(), Job.form(job.parameters(), more))) {
                throw new Rejected(403, "Only a job that is PENDING takes parameters.");
            }
        } catch (SQLException e) {
            throw away(e);
        }
    }

    /** @param seconds 0 for as long as is possible */
    void duration(Job job, long seconds) throws Rejected {
        long most = settings.asJob().toSeconds();
        try {
            if (!store.seconds(job.id(), (int) (seconds == 0 ? most : Math.min(most, seconds)))) {
                throw new Rejected(403, "Only of a job that is PENDING the duration can be changed.");
            }
        } catch (SQLException e) {
            throw away(e);
        }
    }

    void destruction(Job job, Instant at) throws Rejected {
        Instant latest = now().plus(settings.keep());
        try {
            store.destruction(job.id(), at.isAfter(latest) ? latest : at.truncatedTo(ChronoUnit.SECONDS));
        } catch (SQLException e) {
            throw away(e);
        }
    }

    Path result(String id) {
        return settings.folder().resolve(id);
    }

    /** Ends when the job's phase changes here, or after so long. */
    CompletableFuture<Void> change(String id, Duration longest) {
        return changes.computeIfAbsent(id, any -> new CompletableFuture<>())
                .copy()
                .completeOnTimeout(null, longest.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void changed(String id) {
        CompletableFuture<Void> waiting = changes.remove(id);
        if (waiting != null) {
            waiting.complete(null);
        }
    }

    private void execute(String id) {
        try {
            if (!store.move(id, ACTIVE, Job.Phase.EXECUTING, now(), null)) {
                return;
            }
            changed(id);
            Optional<Job> job = store.find(id);
            if (job.isEmpty()) {
                return;
            }
            String error = null;
            try {
                answer(job.get());
            } catch (Rejected rejected) {
                error = rejected.told();
            } catch (IOException e) {
                LOG.log(System.Logger.Level.WARNING, "a result was not written: " + e.getMessage());
                error = "The result could not be written.";
            }
            if (closing) {
                // The query was ended with the node, and begins again with it.
                return;
            }
            if (!store.move(id, ACTIVE, error == null ? Job.Phase.COMPLETED : Job.Phase.ERROR, now(), error)) {
                Files.deleteIfExists(result(id));
            }
        } catch (SQLException | IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "the job of a query was left: " + e.getMessage());
        } finally {
            changed(id);
        }
    }

    private void answer(Job job) throws Rejected, IOException {
        Asked asked = reader.read(job.asked());
        Files.createDirectories(settings.folder());
        Path part = settings.folder().resolve(job.id() + ".part");
        try (Answers.Rows rows = answers.ask(
                        asked.statement(),
                        Duration.ofSeconds(job.seconds()),
                        statement -> running.put(job.id(), statement));
                OutputStream out = Files.newOutputStream(part)) {
            TableText.write(asked, rows, out);
        } finally {
            running.remove(job.id());
        }
        Files.move(part, result(job.id()), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void stop(String id) {
        PreparedStatement statement = running.get(id);
        if (statement != null) {
            try {
                statement.cancel();
            } catch (SQLException e) {
                LOG.log(System.Logger.Level.DEBUG, "a query had ended: " + e.getMessage());
            }
        }
    }

    private void goOn() {
        try {
            for (Job job : store.left()) {
                workers.execute(() -> execute(job.id()));
            }
        } catch (SQLException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "jobs of queries were not begun again: " + e.getMessage());
        }
    }

    private void sweep() {
        try {
            for (Job job : store.expired(now())) {
                delete(job);
            }
        } catch (SQLException | Rejected | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "old jobs of queries were not deleted: " + e.getMessage());
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static Rejected away(SQLException e) {
        LOG.log(System.Logger.Level.WARNING, "jobs cannot be read or written: " + e.getMessage());
        return new Rejected(503, "The database does not answer; try again in a few seconds.");
    }

    @Override
    public void close() {
        closing = true;
        running.keySet().forEach(this::stop);
        workers.shutdownNow();
        try {
            if (!workers.awaitTermination(5, TimeUnit.SECONDS)) {
                LOG.log(System.Logger.Level.INFO, "a query did not end in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
