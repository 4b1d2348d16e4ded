package org.planisphere.foundation.identity;

/**
 * One line for everything that somebody who defends this node wants to see: who was recognised and how, which tokens were
 * refused and why, what was kept from whom, who was made to wait. On a logger of its own, so that it can be sent elsewhere.
 * Never a token, a key or a body. A flood of one sort of event writes so many lines in a second and then how many were left
 * out, so that nobody fills a disk from outside. Thread safe.
 */
public final class SecurityLog {
    /** The logger's name. */
    public static final String LOGGER = "org.planisphere.security";

    private static final System.Logger LOG = System.getLogger(LOGGER);
    private static final int LONGEST = 400;

    /** What is told. */
    public enum Event {
        /** A token, or that of a login, was taken for somebody's; again at most once a minute for each. */
        RECOGNISED,
        /** A token of a configured issuer was refused; with the reason that its holder is not told. */
        TOKEN_REFUSED,
        /** A call ended with 401. */
        NOT_AUTHENTICATED,
        /** A call ended with 403. */
        NOT_ALLOWED,
        /** Something that is another's was asked for, and answered as if it did not exist. */
        HIDDEN,
        /** A call was not looked at, since its caller had asked too often. */
        THROTTLED,
        /** A request was refused whose end or whose host two servers could see differently. */
        AMBIGUOUS,
        /** Somebody logged in or out at a page, or could not. */
        LOGIN;

        private final Window window = new Window(50);
    }

    private SecurityLog() {}

    /**
     * Tells of an event.
     *
     * @param who a caller's id, or the address a call came from
     * @param what one line; what would break it is replaced
     */
    public static void tell(Event event, String who, String what) {
        if (!LOG.isLoggable(System.Logger.Level.INFO)) {
            return;
        }
        long left = event.window.enter(System.nanoTime());
        if (left < 0) {
            return;
        }
        String name = event.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        if (left > 0) {
            LOG.log(System.Logger.Level.INFO, name + " " + left + " more were left out");
        }
        String line = name + " " + line(who) + " " + line(what);
        // No parameters: braces are not placeholders.
        LOG.log(System.Logger.Level.INFO, line);
    }

    private static String line(String text) {
        String clean = text.replaceAll("[\\p{Cntrl}\\u2028\\u2029]", " ");
        return clean.length() <= LONGEST ? clean : clean.substring(0, LONGEST) + "...";
    }

    /** So many in a second. */
    static final class Window {
        private static final long SECOND = 1_000_000_000L;

        private final int most;
        private long began;
        private int here;
        private long left;

        Window(int most) {
            this.most = most;
        }

        /** How many were left out since the last that got in; negative for one that is left out itself. */
        synchronized long enter(long nanos) {
            if (nanos - began >= SECOND) {
                began = nanos;
                here = 0;
            }
            if (++here > most) {
                left++;
                return -1;
            }
            long told = left;
            left = 0;
            return told;
        }
    }
}
