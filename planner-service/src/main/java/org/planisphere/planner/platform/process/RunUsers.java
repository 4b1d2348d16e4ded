package org.planisphere.planner.platform.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Whom runs are run as when the planner is root: each as a user of its own, or all as one. Immutable.
 *
 * @param own whether each run has a user of its own
 * @param first the user of all runs, or the first of the users of their own
 */
public record RunUsers(boolean own, int first) {
    /** First of the users that runs are given when each has its own; far from where people and services have theirs. */
    private static final int FIRST = 700_000_000;

    private static final int COUNT = 1 << 24;
    private static final int NOBODY = 65534;

    /**
     * What the setting asks for, as far as this process may use those users.
     *
     * @param setting {@code auto}, a user's name or a number
     * @throws IOException when there is no such user, or it is root
     */
    public static RunUsers of(String setting) throws IOException {
        boolean own = setting.equals("auto") && mapped(FIRST, COUNT);
        return own ? new RunUsers(true, FIRST) : new RunUsers(false, user(setting));
    }

    /** One user for all. */
    public RunUsers shared() {
        return new RunUsers(false, NOBODY);
    }

    /** The user, and the group, of the session's run. */
    public int of(UUID session) {
        return own ? first + Math.floorMod(session.hashCode(), COUNT) : first;
    }

    /** Whether this process may use those users: inside a container often only few are mapped. */
    private static boolean mapped(int first, int count) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/uid_map"))) {
            String[] fields = line.trim().split("\\s+");
            long from = Long.parseLong(fields[0]);
            if (from <= first && first + (long) count <= from + Long.parseLong(fields[2])) {
                return true;
            }
        }
        return false;
    }

    private static int user(String name) throws IOException {
        if (name.equals("auto")) {
            return NOBODY;
        }
        if (name.matches("[0-9]+")) {
            return Integer.parseInt(name);
        }
        for (String line : Files.readAllLines(Path.of("/etc/passwd"))) {
            String[] fields = line.split(":");
            if (fields.length > 2 && fields[0].equals(name)) {
                int uid = Integer.parseInt(fields[2]);
                if (uid == 0) {
                    throw new IOException("tasks are not run as root");
                }
                return uid;
            }
        }
        throw new IOException("there is no user " + name);
    }
}
