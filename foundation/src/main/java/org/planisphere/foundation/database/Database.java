package org.planisphere.foundation.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import jakarta.persistence.EntityManagerFactory;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import javax.sql.DataSource;
import org.eclipse.persistence.config.PersistenceUnitProperties;
import org.eclipse.persistence.jpa.PersistenceProvider;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/**
 * An open database: a pool of connections to a schema that is up to date. Thread safe.
 *
 * <p>H2 writes to its file at every commit ({@code WRITE_DELAY=0}), so what was committed survives the end of the
 * process; who must survive the end of the machine calls {@link #sync(Connection)} after the commit. PostgreSQL does
 * both at the commit.
 */
public final class Database implements AutoCloseable {
    private static final String MIGRATIONS = "classpath:org/planisphere/db";
    /** The database is held by another process. */
    private static final int H2_LOCKED = 90020;

    private static final int BATCH = 250;
    private static final String QUESTION = "VALUES 1";

    static {
        // H2 would look up every text that it reads or writes in a table of texts seen lately: a fiftieth of a
        // harvest's
        // time, and softly held objects for the collector. It reads this once, before its first connection.
        if (System.getProperty("h2.objectCache") == null) {
            System.setProperty("h2.objectCache", "false");
        }
    }

    private final HikariDataSource pool;
    private final boolean postgres;
    private final boolean file;

    private Database(HikariDataSource pool, boolean postgres, boolean file) {
        this.pool = pool;
        this.postgres = postgres;
        this.file = file;
    }

    /**
     * Connects and brings the schema up to date; blocks until then.
     *
     * @throws DatabaseUnavailable when it does not answer within five seconds, is held by another process, or its schema
     *     cannot be brought up to date
     */
    public static Database open(DatabaseSettings settings) {
        boolean postgres = settings.url().startsWith("jdbc:postgresql:");
        Optional<Path> folder = folderOf(settings.url());
        HikariConfig config = new HikariConfig();
        config.setPoolName("planisphere");
        config.setJdbcUrl(postgres ? settings.url() : h2(settings.url()));
        config.setDriverClassName(postgres ? "org.postgresql.Driver" : "org.h2.Driver");
        config.setUsername(settings.user());
        config.setPassword(settings.password());
        config.setMaximumPoolSize(settings.poolSize());
        config.setMinimumIdle(Math.min(2, settings.poolSize()));
        config.setConnectionTimeout(5_000);
        config.setValidationTimeout(2_000);
        config.setKeepaliveTime(60_000);
        config.setMaxLifetime(30 * 60_000L);
        config.setAutoCommit(true);
        if (postgres) {
            Properties driver = config.getDataSourceProperties();
            driver.setProperty("reWriteBatchedInserts", "true");
            driver.setProperty("tcpKeepAlive", "true");
            driver.setProperty("connectTimeout", "5");
            driver.setProperty("socketTimeout", "30");
            driver.setProperty("ApplicationName", "planisphere");
        } else {
            // H2's connections call themselves valid when their database is not open any more.
            config.setConnectionTestQuery(QUESTION);
            config.setExceptionOverride(new ClosedForGood());
        }
        HikariDataSource pool;
        try {
            pool = new HikariDataSource(config);
        } catch (RuntimeException e) {
            throw unavailable(settings, folder, e);
        }
        try {
            Flyway.configure()
                    .dataSource(pool)
                    .locations(MIGRATIONS)
                    .table("schema_history")
                    .baselineOnMigrate(false)
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            pool.close();
            throw new DatabaseUnavailable(
                    "the schema of " + settings.url() + " cannot be brought up to date: " + e.getMessage(), e);
        }
        return new Database(pool, postgres, folder.isPresent());
    }

    public DataSource dataSource() {
        return pool;
    }

    /** True for PostgreSQL, which several nodes may share; false for H2, which one process has to itself. */
    public boolean postgres() {
        return postgres;
    }

    /** True when it answers a query within the time given, at least one second. Never throws. */
    public boolean answers(Duration within) {
        try (Connection connection = pool.getConnection()) {
            if (!postgres) {
                try (var statement = connection.createStatement()) {
                    return statement.execute(QUESTION);
                }
            }
            return connection.isValid((int) Math.max(1, within.toSeconds()));
        } catch (SQLException e) {
            return false;
        }
    }

    /** How many threads wait for a connection; above zero for long, the pool is too small or the database too slow. */
    public int waiting() {
        HikariPoolMXBean figures = pool.getHikariPoolMXBean();
        return figures == null ? 0 : figures.getThreadsAwaitingConnection();
    }

    /**
     * Forces what has been committed to the disk where the commit alone does not: H2 in a file. Does nothing otherwise.
     */
    public void sync(Connection connection) throws SQLException {
        if (file) {
            try (var statement = connection.createStatement()) {
                statement.execute("CHECKPOINT SYNC");
            }
        }
    }

    /**
     * The object mapper over this database, without a persistence.xml: transactions are the entity manager's own, nothing
     * is cached between them, classes are woven only where an agent is present. The caller closes it.
     */
    public EntityManagerFactory entityManagers(String unitName, List<Class<?>> entities) {
        return entityManagers(unitName, entities, Map.of());
    }

    /**
     * As {@link #entityManagers(String, List)}, for rows that are written by the hundred: a flush sends them in batches.
     */
    public EntityManagerFactory batchingEntityManagers(String unitName, List<Class<?>> entities) {
        return entityManagers(
                unitName,
                entities,
                Map.of(
                        PersistenceUnitProperties.BATCH_WRITING,
                        "JDBC",
                        PersistenceUnitProperties.BATCH_WRITING_SIZE,
                        Integer.toString(BATCH)));
    }

    private EntityManagerFactory entityManagers(
            String unitName, List<Class<?>> entities, Map<String, String> particular) {
        Map<String, Object> properties = new HashMap<>(particular);
        properties.put(PersistenceUnitProperties.NON_JTA_DATASOURCE, pool);
        properties.put(PersistenceUnitProperties.TRANSACTION_TYPE, "RESOURCE_LOCAL");
        properties.put(PersistenceUnitProperties.CACHE_SHARED_DEFAULT, "false");
        properties.put(PersistenceUnitProperties.WEAVING, "false");
        properties.put(PersistenceUnitProperties.LOGGING_LEVEL, "WARNING");
        properties.put(PersistenceUnitProperties.SESSION_NAME, unitName + "-" + System.identityHashCode(this));
        properties.put(
                PersistenceUnitProperties.TARGET_DATABASE,
                postgres
                        ? "org.eclipse.persistence.platform.database.PostgreSQLPlatform"
                        : "org.eclipse.persistence.platform.database.H2Platform");
        properties.put(PersistenceUnitProperties.DDL_GENERATION, PersistenceUnitProperties.NONE);
        properties.put(PersistenceUnitProperties.CLASSLOADER, loaderOf(entities));
        EntityManagerFactory factory = new PersistenceProvider()
                .createContainerEntityManagerFactory(
                        new Unit(unitName, entities, pool, loaderOf(entities)), properties);
        return factory;
    }

    @Override
    public void close() {
        pool.close();
    }

    private static ClassLoader loaderOf(List<Class<?>> entities) {
        ClassLoader loader = entities.isEmpty() ? null : entities.get(0).getClassLoader();
        return loader != null ? loader : Database.class.getClassLoader();
    }

    private static String h2(String url) {
        StringBuilder full = new StringBuilder(url);
        String upper = url.toUpperCase(Locale.ROOT);
        Map<String, String> wanted = new java.util.LinkedHashMap<>();
        if (!url.startsWith("jdbc:h2:mem:")) {
            wanted.put("WRITE_DELAY", "0");
            wanted.put("DB_CLOSE_ON_EXIT", "FALSE");
            // Space is used again after five seconds instead of 45: the file of a busy node stays small.
            wanted.put("RETENTION_TIME", "5000");
            // KiB. With the 16 MiB that H2 takes of a node's heap, the indexes of a whole registry are read again and
            // again.
            wanted.put("CACHE_SIZE", "40960");
        }
        wanted.put("LOCK_TIMEOUT", "10000");
        // H2 keeps a query's last result for as long as its tables do not change, and notes a change just before the
        // commit that shows it: who reads in between keeps the state before, and is told it again and again.
        wanted.put("OPTIMIZE_REUSE_RESULTS", "FALSE");
        wanted.forEach((name, value) -> {
            if (!upper.contains(";" + name + "=")) {
                full.append(';').append(name).append('=').append(value);
            }
        });
        return full.toString();
    }

    private static Optional<Path> folderOf(String url) {
        if (!url.startsWith("jdbc:h2:") || url.startsWith("jdbc:h2:mem:")) {
            return Optional.empty();
        }
        String rest = url.substring("jdbc:h2:".length());
        if (rest.startsWith("tcp:") || rest.startsWith("ssl:")) {
            return Optional.empty();
        }
        String path = (rest.startsWith("file:") ? rest.substring("file:".length()) : rest).split(";", 2)[0];
        Path file = Path.of(path.startsWith("~") ? System.getProperty("user.home") + path.substring(1) : path);
        Path parent = file.toAbsolutePath().normalize().getParent();
        return Optional.ofNullable(parent);
    }

    private static DatabaseUnavailable unavailable(
            DatabaseSettings settings, Optional<Path> folder, RuntimeException cause) {
        for (Throwable t = cause; t != null; t = t.getCause()) {
            if (t instanceof SQLException sql && sql.getErrorCode() == H2_LOCKED && folder.isPresent()) {
                return new DatabaseUnavailable(
                        "the folder " + folder.get()
                                + " is in use by another process: stop that node, or give this one a"
                                + " folder of its own",
                        cause);
            }
        }
        return new DatabaseUnavailable(
                "the database " + settings.url() + " does not answer: " + cause.getMessage(), cause);
    }
}
