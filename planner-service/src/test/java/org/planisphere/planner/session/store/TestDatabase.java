package org.planisphere.planner.session.store;

import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.SharedCacheMode;
import jakarta.persistence.ValidationMode;
import jakarta.persistence.spi.ClassTransformer;
import jakarta.persistence.spi.PersistenceUnitInfo;
import jakarta.persistence.spi.PersistenceUnitTransactionType;
import java.net.URL;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.eclipse.persistence.jpa.PersistenceProvider;
import org.flywaydb.core.Flyway;
import org.h2.jdbcx.JdbcConnectionPool;

/** A fresh database with all its tables. */
public final class TestDatabase {
    private static final Logger FLYWAY = Logger.getLogger("org.flywaydb");

    static {
        FLYWAY.setLevel(Level.WARNING);
    }

    private TestDatabase() {}

    public static DataSource h2() {
        DataSource source =
                JdbcConnectionPool.create("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "sa", "");
        migrate(source);
        return source;
    }

    public static void migrate(DataSource source) {
        Flyway.configure()
                .dataSource(source)
                .locations("classpath:org/planisphere/db")
                .load()
                .migrate();
    }

    public static EntityManagerFactory managers(DataSource source) {
        PersistenceUnitInfo unit = new PersistenceUnitInfo() {
            @Override
            public String getPersistenceUnitName() {
                return "test-" + System.identityHashCode(source);
            }

            @Override
            public String getPersistenceProviderClassName() {
                return PersistenceProvider.class.getName();
            }

            @Override
            public PersistenceUnitTransactionType getTransactionType() {
                return PersistenceUnitTransactionType.RESOURCE_LOCAL;
            }

            @Override
            public DataSource getJtaDataSource() {
                return null;
            }

            @Override
            public DataSource getNonJtaDataSource() {
                return source;
            }

            @Override
            public List<String> getMappingFileNames() {
                return List.of();
            }

            @Override
            public List<URL> getJarFileUrls() {
                return List.of();
            }

            @Override
            public URL getPersistenceUnitRootUrl() {
                return TestDatabase.class.getProtectionDomain().getCodeSource().getLocation();
            }

            @Override
            public List<String> getManagedClassNames() {
                return JpaSessions.ENTITIES.stream().map(Class::getName).toList();
            }

            @Override
            public boolean excludeUnlistedClasses() {
                return true;
            }

            @Override
            public SharedCacheMode getSharedCacheMode() {
                return SharedCacheMode.NONE;
            }

            @Override
            public ValidationMode getValidationMode() {
                return ValidationMode.NONE;
            }

            @Override
            public Properties getProperties() {
                return new Properties();
            }

            @Override
            public String getPersistenceXMLSchemaVersion() {
                return "3.0";
            }

            @Override
            public ClassLoader getClassLoader() {
                return TestDatabase.class.getClassLoader();
            }

            @Override
            public void addTransformer(ClassTransformer transformer) {}

            @Override
            public ClassLoader getNewTempClassLoader() {
                return null;
            }
        };
        return new PersistenceProvider()
                .createContainerEntityManagerFactory(
                        unit, Map.of("eclipselink.weaving", "false", "eclipselink.logging.level", "WARNING"));
    }
}
