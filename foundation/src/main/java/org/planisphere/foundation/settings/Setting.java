package org.planisphere.foundation.settings;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One setting: its key in the file, its name in the environment, what it may be and what it is when nobody sets it.
 * All of them are listed in {@link Keys}. Immutable.
 *
 * @param <T> the type of the value
 */
public final class Setting<T> {
    private final String key;
    private final SettingType<T> type;
    private final @Nullable String fallback;
    private final boolean secret;
    private final String description;

    Setting(String key, SettingType<T> type, @Nullable String fallback, boolean secret, String description) {
        if (fallback != null && type.parse(fallback) == null) {
            throw new IllegalArgumentException("The default of " + key + " must be " + type.allowed());
        }
        this.key = key;
        this.type = type;
        this.fallback = fallback;
        this.secret = secret;
        this.description = description;
    }

    /** The dotted key in the file, such as {@code planner.offer.lifetime}. */
    public String key() {
        return key;
    }

    /** The name in the environment, such as {@code PLANISPHERE_PLANNER_OFFER_LIFETIME}. */
    public String variable() {
        return variable(key);
    }

    static String variable(String key) {
        return "PLANISPHERE_" + key.toUpperCase(Locale.ROOT).replace('.', '_');
    }

    /** What it may be. */
    public SettingType<T> type() {
        return type;
    }

    /** What it is when nobody sets it, as it would be written; empty when it then has no value. */
    public Optional<String> fallback() {
        return Optional.ofNullable(fallback);
    }

    /** True when its value must never be shown. */
    public boolean secret() {
        return secret;
    }

    /** One or two sentences for the operator. */
    public String description() {
        return description;
    }
}
