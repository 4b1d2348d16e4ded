package org.planisphere.planner;

import java.time.Duration;
import java.util.Set;
import org.planisphere.foundation.database.Database;
import org.planisphere.foundation.identity.Witness;
import org.planisphere.foundation.settings.Settings;
import org.planisphere.planner.audit.HeadKey;
import org.planisphere.planner.audit.store.Sealer;
import org.planisphere.planner.audit.store.SqlAudit;
import org.planisphere.planner.door.AuditDoor;

/** The audit of a node that is no planner: the same chain, head and door, without a policy. */
public final class AuditOnly implements AutoCloseable {
    private static final Duration BEAT = Duration.ofMillis(500);

    private final SqlAudit audit;
    private final Sealer sealer;

    private AuditOnly(SqlAudit audit) {
        this.audit = audit;
        this.sealer = new Sealer(audit, BEAT);
    }

    /** @param database open and migrated; not closed here */
    public static AuditOnly open(Settings settings, Database database) {
        return new AuditOnly(new SqlAudit(
                database.dataSource(), HeadKey.in(settings.dataDir().resolve("audit.key")), () -> ""));
    }

    public Witness witness() {
        return audit;
    }

    /** The JAX-RS resources, one instance each. */
    public Set<Object> doors() {
        return Set.of(new AuditDoor(audit));
    }

    @Override
    public void close() {
        sealer.close();
    }
}
