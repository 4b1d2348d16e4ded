package org.planisphere.planner.offer;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Meter;
import org.planisphere.planner.ledger.Resource;
import org.planisphere.planner.quota.Denial;
import org.planisphere.planner.quota.Funding;
import org.planisphere.planner.quota.Share;
import org.planisphere.planner.quota.Terms;

/** What the policy has to say of a task, in words and as values; beside {@link Refusals}, whose rules hold here too. */
public final class PolicyWords {
    static final String NOTHING_GRANTED = "nothing-granted";
    static final String DENIED = "denied";
    static final String NOT_GRANTED = "not-granted";
    static final String NOT_APPROVED = "not-approved";
    static final String OVER_YOUR_BUDGET = "over-your-budget";
    static final String NOTHING_LENT = "nothing-lent";
    static final String GROUP_WOULD_HELP = "group-would-help";

    /** The codes of reasons for a NO. */
    public static final List<String> CODES = List.of(
            NOTHING_GRANTED, DENIED, NOT_GRANTED, NOT_APPROVED, OVER_YOUR_BUDGET, GROUP_WOULD_HELP, NOTHING_LENT);

    static final String PAID_BY = "paid-by";
    static final String WITHIN_SHARE = "within-share";
    static final String LENT = "lent";

    /** The codes of notes on offers. */
    public static final List<String> NOTES = List.of(PAID_BY, WITHIN_SHARE, LENT);

    private static final String LATELY =
            " Of ${platform} it has had ${lately} % lately, so its fair-share factor is ${factor}.";

    private final Instant now;

    PolicyWords(Instant now) {
        this.now = now;
    }

    Message nothingGranted(String policy) {
        return message(
                NOTHING_GRANTED,
                Message.Level.ERROR,
                "The policy of this planner grants you nothing now.",
                "resource",
                "policy",
                "limit",
                0,
                "policy",
                policy);
    }

    /** @param named what of the task the denial names */
    Message denied(Denial denial, Permission.Named named) {
        return message(
                DENIED,
                Message.Level.ERROR,
                named.resource().equals(Permission.Named.POLICY)
                        ? "\"${holder}\" refuses everything, whatever else is granted."
                        : "\"${holder}\" refuses this, whatever else is granted: the ${resource} ${asked}.",
                "resource",
                named.resource(),
                "asked",
                named.asked(),
                "limit",
                0,
                "grant",
                denial.grant(),
                "holder",
                denial.title());
    }

    /** @param resource kind, image, digest, repository, platform or shape */
    Message notAllowed(String resource, String asked, Set<String> allowed, Terms terms) {
        return message(
                NOT_GRANTED,
                Message.Level.ERROR,
                "The ${resource} ${asked} is not among those that \"${holder}\" allows: ${limit}.",
                "resource",
                resource,
                "asked",
                asked.isEmpty() ? "(none)" : asked,
                "limit",
                allowed.isEmpty() ? "none" : String.join(", ", new TreeSet<>(allowed)),
                "holder",
                terms.title(),
                "grant",
                grant(terms));
    }

    /** @param digest null when nothing fixes what would be run */
    Message notApproved(@Nullable String digest, Terms terms) {
        return message(
                NOT_APPROVED,
                Message.Level.ERROR,
                digest == null
                        ? "\"${holder}\" allows approved executables only, and this one has no digest: what is at its"
                                + " address may change."
                        : "\"${holder}\" allows approved executables only, and nobody has approved ${asked}.",
                "resource",
                "executable",
                "asked",
                digest == null ? "(no digest)" : digest,
                "limit",
                "approved digests",
                "holder",
                terms.title(),
                "grant",
                grant(terms));
    }

    /**
     * @param grant that says so
     * @param earliest when it would fit; null for never as far as can be booked
     */
    Message overBudget(Budgets.Short lacking, @Nullable String grant, @Nullable Instant earliest) {
        Meter.Excess excess = lacking.excess();
        String period = lacking.budget().periods().unit().name().toLowerCase(java.util.Locale.ROOT);
        return message(
                OVER_YOUR_BUDGET,
                Message.Level.ERROR,
                "${asked} ${unit} are needed, but ${used} of the ${limit} that ${holder} may use in the " + period
                        + " until ${until} are used or held"
                        + (earliest == null ? "." : "; the earliest start is ${earliest}."),
                "resource",
                resource(excess.resource()),
                "asked",
                number(excess.resource(), excess.asked()),
                "used",
                number(excess.resource(), excess.used()),
                "limit",
                number(excess.resource(), excess.limit()),
                "unit",
                unit(excess.resource()),
                "holder",
                lacking.budget().holder(),
                "grant",
                grant,
                "period",
                period,
                "until",
                excess.period().until(),
                "earliest",
                earliest);
    }

    /**
     * A group whose members could be offered this.
     *
     * @param join where to ask for membership, if that is known
     */
    Message groupWouldHelp(Terms terms, String group, @Nullable String join) {
        return message(
                GROUP_WOULD_HELP,
                Message.Level.ERROR,
                "Members of ${group} could be offered this, by \"${holder}\""
                        + (join == null ? "." : "; ask for membership at ${join}."),
                "resource",
                "group",
                "group",
                group,
                "join",
                join,
                "holder",
                terms.title(),
                "grant",
                grant(terms));
    }

    Message paidBy(Funding funding, String title) {
        return message(
                PAID_BY,
                Message.Level.INFO,
                (funding.group() == null
                                ? "Offered by the grant \"${holder}\"."
                                : "Offered by the grant \"${holder}\"; group ${group} pays.")
                        + (funding.exportable() ? "" : " Results and output stay on the platform, for its operators."),
                "grant",
                funding.grant(),
                "holder",
                title,
                "group",
                funding.group(),
                "policy",
                funding.policy(),
                "results",
                funding.exportable() ? "leave" : "stay",
                "factor",
                BigDecimal.valueOf(funding.factor()).stripTrailingZeros().toPlainString());
    }

    /** What a run is counted on. */
    Message share(Share share, boolean lent, String platform) {
        return message(
                lent ? LENT : WITHIN_SHARE,
                Message.Level.INFO,
                lent
                        ? "On ${platform} beyond the share of ${holder}, ${limit} %: lent until ${until} at the"
                                + " latest, so it can be made neither longer nor later." + LATELY
                        : "On ${platform} within the share of ${holder}, ${limit} %." + LATELY,
                "holder",
                share.holder(),
                "limit",
                share.percent(),
                "platform",
                platform,
                "until",
                lent ? share.lentUntil(platform, now) : null,
                "lately",
                percent(share.lately(platform)),
                "factor",
                twoPlaces(share.factor(platform)));
    }

    /** What is beyond a share is lent for a short time only, and nothing is free then. */
    Message nothingLent(Share share, String platform, Duration asked, @Nullable String grant) {
        return message(
                NOTHING_LENT,
                Message.Level.ERROR,
                "Beyond the share of ${holder}, ${limit} %, runs on ${platform} must be over by ${until}, and this"
                        + " one, of ${asked}, cannot be." + LATELY,
                "resource",
                "share",
                "asked",
                asked,
                "limit",
                share.percent(),
                "holder",
                share.holder(),
                "grant",
                grant,
                "platform",
                platform,
                "until",
                share.lentUntil(platform, now),
                "lately",
                percent(share.lately(platform)),
                "factor",
                twoPlaces(share.factor(platform)));
    }

    private static String percent(double part) {
        return BigDecimal.valueOf(part * 100)
                .setScale(1, RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
    }

    private static String twoPlaces(double factor) {
        return BigDecimal.valueOf(factor).setScale(2, RoundingMode.HALF_UP).toPlainString();
    }

    /** What a metered resource is called. */
    public static String resource(Resource resource) {
        return switch (resource) {
            case CORES -> "cores";
            case MEMORY -> "memory";
            case STORAGE -> "storage";
            case ACCELERATORS -> "accelerators";
            case SESSIONS -> "money";
        };
    }

    /** In what a metered resource is told. */
    public static String unit(Resource resource) {
        return switch (resource) {
            case CORES -> "core-hours";
            case MEMORY, STORAGE -> "GiB-days";
            case ACCELERATORS -> "accelerator-hours";
            case SESSIONS -> "of money";
        };
    }

    /** A metered amount in its {@link #unit}, with at most six decimals. */
    public static String number(Resource resource, long amount) {
        long each = switch (resource) {
            case CORES, ACCELERATORS -> 3_600;
            case MEMORY, STORAGE -> 86_400L * Size.MIB;
            case SESSIONS -> 1_000_000;
        };
        BigDecimal number = BigDecimal.valueOf(amount).divide(BigDecimal.valueOf(each), 6, RoundingMode.HALF_UP);
        return number.stripTrailingZeros().toPlainString();
    }

    private static @Nullable String grant(Terms terms) {
        return terms.grant();
    }

    private Message message(String code, Message.Level level, String template, @Nullable Object... values) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i += 2) {
            Object value = values[i + 1];
            if (value != null) {
                map.put(String.valueOf(values[i]), value.toString());
            }
        }
        return new Message(code, level, template, map, now);
    }
}
