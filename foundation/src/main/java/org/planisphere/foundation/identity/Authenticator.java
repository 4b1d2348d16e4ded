package org.planisphere.foundation.identity;

/** Something that knows some tokens. Thread safe; may block for seconds, never longer. Never logs a token. */
@FunctionalInterface
public interface Authenticator {
    Recognition recognise(String token);
}
