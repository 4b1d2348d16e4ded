package org.planisphere.foundation.identity.login;

import org.planisphere.foundation.identity.Caller;

/** What came of a login. */
public sealed interface Finished {
    /**
     * Somebody is logged in.
     *
     * @param who the person
     * @param session for their browser's cookie
     * @param back path of the page they came from
     */
    record In(Caller who, String session, String back) implements Finished {
        /** Without the session. */
        @Override
        public String toString() {
            return "In[" + back + "]";
        }
    }

    /**
     * Nobody is.
     *
     * @param back path of the page they came from; empty where that is not known, or is the login page itself
     */
    record Out(Why why, String back) implements Finished {
        Out(Why why) {
            this(why, "");
        }
    }

    /** Why nobody is logged in; told to the person, so it tells no more than this. */
    enum Why {
        /** It was not begun in this browser, or too long ago, or at another address of this node. */
        STALE("The login was begun in another browser or too long ago. Begin again."),
        /** The issuer said no, or the person did. */
        REFUSED("The login was not completed."),
        /** The issuer does not answer. */
        UNAVAILABLE("The place where you log in does not answer now. Try again in a moment."),
        /** The person is barred from this node. */
        SUSPENDED("This account is suspended here; ask the operator of this service."),
        /** The person logged in at the issuer in a way that is not enough here. */
        WEAK("This service asks for a stronger or a fresh login there: with a second factor, for instance."),
        /** The issuer's access token is none this node takes. */
        UNKNOWN("You are known there, but not for this service; tell its operator.");

        private final String words;

        Why(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }
    }
}
