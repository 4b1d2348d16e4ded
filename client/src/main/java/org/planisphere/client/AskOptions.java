package org.planisphere.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a question is put, beside the question itself. What a planner does not understand of it, it steps over.
 *
 * @param hold whether offers hold what they offer; without, the answer is indicative
 * @param weights how the offers are ranked; null leaves their order to the planner
 * @param budget how long the planner may take to gather its answer from other planners; null leaves it to the planner
 * @param key idempotency key, for a question that may be put again after a crash; null for a new one
 */
public record AskOptions(
        boolean hold,
        @Nullable Weights weights,
        @Nullable Duration budget,
        @Nullable String key) {
    /** The header that says how many milliseconds the planner may take. */
    public static final String BUDGET = "Planisphere-Budget";

    public static final AskOptions USUAL = new AskOptions(true, null, null, null);

    public AskOptions withHold(boolean held) {
        return new AskOptions(held, weights, budget, key);
    }

    public AskOptions withWeights(@Nullable Weights ranked) {
        return new AskOptions(hold, ranked, budget, key);
    }

    public AskOptions withBudget(@Nullable Duration longest) {
        return new AskOptions(hold, weights, longest, key);
    }

    public AskOptions withKey(@Nullable String idempotency) {
        return new AskOptions(hold, weights, budget, idempotency);
    }

    String query() {
        List<String> parts = new ArrayList<>();
        if (!hold) {
            parts.add("hold=false");
        }
        if (weights != null) {
            parts.add("weights=" + URLEncoder.encode(weights.text(), StandardCharsets.UTF_8));
        }
        return parts.isEmpty() ? "" : "?" + String.join("&", parts);
    }
}
