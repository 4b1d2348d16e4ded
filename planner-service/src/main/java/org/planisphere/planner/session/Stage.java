package org.planisphere.planner.session;

import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.platform.Platform;

/** A platform, and whether it is ours to conduct. Thread safe. */
final class Stage {
    private static final System.Logger LOG = System.getLogger(Stage.class.getName());

    private final Conductor.Ground ground;
    private final Leases leases;
    private final String node;
    private final Map<UUID, Course> courses;
    private final Platform platform;
    private final String id;
    private volatile @Nullable Lease lease;
    private Timers.@Nullable Alarm alarm;
    private volatile boolean closed;

    /**
     * @param node name of this planner among those on the database
     * @param courses all that are on their way here
     */
    Stage(Conductor.Ground ground, Leases leases, String node, Platform platform, Map<UUID, Course> courses) {
        this.ground = ground;
        this.leases = leases;
        this.node = node;
        this.courses = courses;
        this.platform = platform;
        this.id = platform.describe().id();
    }

    Platform platform() {
        return platform;
    }

    String id() {
        return id;
    }

    /** Our right to conduct it; null while it is somebody else's. */
    @Nullable
    Lease lease() {
        return lease;
    }

    /** Takes up a session, unless it is on its way already. */
    void take(Session session, boolean look) {
        Course course = new Course(ground, courses, this, session, look);
        if (courses.putIfAbsent(session.id(), course) == null) {
            course.wake();
        }
    }

    /** Takes or renews the lease; what is newly ours is taken up, what is lost is dropped. */
    synchronized void keep() {
        if (closed) {
            return;
        }
        Lease held = lease;
        try {
            if (held == null) {
                lease = leases.take(id, node, ground.settings().lease()).orElse(null);
                if (lease != null) {
                    adopt();
                }
            } else {
                lease = leases.renew(held, ground.settings().lease()).orElse(null);
            }
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "the lease on platform " + id + " could not be renewed", e);
            if (held != null && !ground.ledger().now().isBefore(held.until())) {
                lease = null;
            }
        }
        if (held != null && lease == null) {
            LOG.log(System.Logger.Level.WARNING, "the lease on platform {0} is lost", id);
            lost();
        }
        alarm = ground.timers()
                .at(
                        ground.ledger().now().plus(ground.settings().lease().dividedBy(3)),
                        () -> ground.execute(ground.quick(), this::keep));
    }

    private void adopt() {
        for (Session session : ground.store().active(id)) {
            take(session, true);
        }
    }

    private void lost() {
        for (Course course : courses.values()) {
            if (course.stage() == this) {
                course.drop();
            }
        }
    }

    /** Gives the lease back. What runs goes on. */
    synchronized void close() {
        closed = true;
        if (alarm != null) {
            alarm.cancel();
        }
        Lease held = lease;
        lease = null;
        if (held != null) {
            try {
                leases.giveBack(held);
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.DEBUG, "the lease on platform " + id + " could not be given back", e);
            }
        }
    }
}
