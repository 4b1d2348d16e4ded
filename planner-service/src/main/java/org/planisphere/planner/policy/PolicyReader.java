package org.planisphere.planner.policy;

import java.math.BigDecimal;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.digest.Sha256;
import org.planisphere.foundation.settings.SettingType;
import org.planisphere.foundation.settings.SettingsException;
import org.planisphere.foundation.settings.Tree;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Periods;
import org.planisphere.planner.quota.Rules;

/** Makes a {@link Policy} of a document. Every fault is told, with its path and line. */
public final class PolicyReader {
    /** Room for some hundred thousand people. */
    private static final int CHARACTERS = 64 << 20;

    private static final long MIB = 1L << 20;
    private static final long HOUR = 3_600;
    private static final Duration ALWAYS = Duration.ofDays(36_500);
    private static final Pattern QUALIFIED = Pattern.compile("[^|\\p{Cntrl}]{1,100}\\|[^\\p{Cntrl}]{1,199}");
    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");
    private static final SettingType<String> ID =
            SettingType.pattern("1 to 40 small letters, digits or -", "[a-z0-9][a-z0-9-]{0,39}");
    private static final SettingType<Long> BYTES = SettingType.size(0, 1L << 60);
    private static final SettingType<Double> NUMBER = SettingType.number(0, 1e9);
    private static final SettingType<Integer> COUNT = SettingType.integer(0, 1_000_000_000);
    private static final SettingType<List<String>> TEXTS = SettingType.list(SettingType.text());

    private final Map<String, PublicKey> experts = new HashMap<>();
    private final List<Approval> approvals = new ArrayList<>();
    private ZoneId zone = ZoneId.of("UTC");

    private PolicyReader() {}

    /**
     * @param source for people: the file's name
     * @throws SettingsException with every fault
     */
    public static Policy read(String source, String text) {
        return Tree.document(source, text, CHARACTERS, tree -> new PolicyReader().policy(tree, Sha256.hex(text)));
    }

    private Policy policy(Tree tree, String digest) {
        String version = tree.need(
                "version", SettingType.pattern("1 to 64 letters, digits or . _ : + -", "[A-Za-z0-9._:+-]{1,64}"), "0");
        zone = zone(tree);
        Map<String, KnownGroup> groups = new LinkedHashMap<>();
        for (KnownGroup group : tree.items("groups", PolicyReader::group)) {
            if (groups.put(group.name(), group) != null) {
                tree.fault("groups", "a list in which every group is named once, not " + group.name() + " twice");
            }
        }
        tree.items("experts", this::expert);
        approvals.addAll(tree.items("approved", this::approval));
        List<Grant> grants = tree.items("grants", this::grant);
        Set<String> ids = new HashSet<>();
        for (Grant grant : grants) {
            if (!ids.add(grant.id())) {
                tree.fault("grants", "a list in which every id is used once, not " + grant.id() + " twice");
            }
        }
        if (groups.values().stream().mapToInt(KnownGroup::share).sum() > 100) {
            tree.fault("groups", "a list whose shares are 100 (percent) at most together");
        }
        Duration lent = tree.get("lend", SettingType.duration(Duration.ZERO, ALWAYS), Duration.ofHours(1));
        Duration halfLife = tree.get("half-life", SettingType.duration(Duration.ZERO, ALWAYS), Duration.ofDays(7));
        return new Policy(version, digest, groups, grants, approvals, lent, halfLife);
    }

    private ZoneId zone(Tree tree) {
        String name = tree.get("zone", SettingType.text(), "UTC");
        try {
            return ZoneId.of(name);
        } catch (DateTimeException e) {
            tree.fault("zone", "a time zone such as Europe/Helsinki");
            return zone;
        }
    }

    private static KnownGroup group(Tree tree) {
        String name = qualified(tree, "name");
        return new KnownGroup(
                name,
                tree.get("title", SettingType.text(), name),
                tree.get("joinable", SettingType.bool(), false),
                tree.find("join", SettingType.url()).map(Object::toString).orElse(null),
                tree.get("share", SettingType.integer(0, 100), 0));
    }

    private String expert(Tree tree) {
        String name = tree.need("name", SettingType.text(), "");
        String key = tree.need("key", SettingType.text(), "");
        try {
            experts.put(name, Signature.key(key));
        } catch (GeneralSecurityException e) {
            tree.fault("key", "an Ed25519 public key: 32 bytes in base64url, as x of a JWK");
        }
        return name;
    }

    private Approval approval(Tree tree) {
        String digest = tree.need(
                "digest", SettingType.pattern("sha256: and 64 hex digits in small letters", DIGEST.pattern()), "");
        String by = tree.need("by", SettingType.text(), "");
        String signature = tree.find("signature", SettingType.text()).orElse(null);
        if (signature != null) {
            PublicKey key = experts.get(by);
            if (key == null) {
                tree.fault("by", "one of the experts, since there is a signature");
            } else if (!Signature.valid(signature, digest, key)) {
                tree.fault(
                        "signature", "a detached JWS of the digest by " + by + ", EdDSA over Ed25519; this one is not");
            }
        }
        return new Approval(
                digest, tree.get("title", SettingType.text(), ""), by, date(tree, "date"), signature != null);
    }

    private Grant grant(Tree tree) {
        String id = tree.need("id", ID, "");
        Grant.Effect effect = tree.get("effect", SettingType.oneOf(Grant.Effect.class), Grant.Effect.ADD);
        LocalDate from = date(tree, "from");
        LocalDate until = date(tree, "until");
        Tree offer = tree.child("offer", false);
        Rules rules = rules(offer);
        List<Grant.Allotment> budgets = tree.items("budgets", this::budget);
        Grant.Audience to = audience(tree.child("to", true), tree);
        if (effect == Grant.Effect.DENY) {
            for (String key : List.of("person", "group", "budgets", "price", "results")) {
                if (tree.has(key)) {
                    tree.fault(key, "left out, since this grant denies");
                }
            }
        }
        return new Grant(
                id,
                tree.get("title", SettingType.text(), id),
                effect,
                to,
                from == null ? Instant.MIN : from.atStartOfDay(zone).toInstant(),
                until == null
                        ? Instant.MAX
                        : until.plusDays(1).atStartOfDay(zone).toInstant(),
                rules,
                holding(tree.child("person", false)),
                holding(tree.child("group", false)),
                offer.get("duration", SettingType.duration(Duration.ofSeconds(1), ALWAYS), ALWAYS),
                offer.get("ahead", SettingType.duration(Duration.ZERO, ALWAYS), ALWAYS),
                budgets,
                tree.get("price", SettingType.number(0, 1_000), 1.0),
                tree.get("priority", SettingType.integer(-1_000, 1_000), 0),
                tree.get("results", SettingType.oneOf(Results.class), Results.LEAVE) == Results.LEAVE);
    }

    /** Whether results may leave the platform. */
    private enum Results {
        LEAVE,
        STAY
    }

    private static Grant.Audience audience(Tree to, Tree grant) {
        Grant.Audience audience = new Grant.Audience(
                to.get("anonymous", SettingType.bool(), false),
                to.get("named", SettingType.bool(), false),
                qualifieds(to, "groups"),
                qualifieds(to, "people"));
        if (grant.has("to")
                && !audience.anonymous()
                && !audience.named()
                && audience.groups().isEmpty()
                && audience.people().isEmpty()) {
            grant.fault("to", "for somebody: anonymous, named, groups or people");
        }
        return audience;
    }

    private Rules rules(Tree offer) {
        Set<String> approved = null;
        if (offer.get("approved-only", SettingType.bool(), false)) {
            approved = new LinkedHashSet<>();
            for (Approval approval : approvals) {
                approved.add(approval.digest());
            }
        }
        Set<String> digests = set(offer, "digests");
        if (digests != null
                && !digests.stream().allMatch(digest -> DIGEST.matcher(digest).matches())) {
            offer.fault("digests", "a list, each sha256: and 64 hex digits in small letters");
        }
        return new Rules(
                amounts(offer, false),
                set(offer, "kinds"),
                set(offer, "images"),
                set(offer, "repositories"),
                digests,
                approved,
                set(offer, "shapes"),
                set(offer, "platforms"));
    }

    private static Grant.Holding holding(Tree tree) {
        return new Grant.Holding(amounts(tree, true), tree.get("offers", COUNT, Integer.MAX_VALUE));
    }

    private static Amounts amounts(Tree tree, boolean sessions) {
        return new Amounts(
                count(tree, "cores"),
                tree.find("memory", BYTES).map(bytes -> bytes / MIB).orElse(Amounts.UNLIMITED),
                tree.find("storage", BYTES).map(bytes -> bytes / MIB).orElse(Amounts.UNLIMITED),
                count(tree, "accelerators"),
                sessions ? count(tree, "sessions") : Amounts.UNLIMITED);
    }

    private static long count(Tree tree, String key) {
        return tree.find(key, COUNT).map(Integer::longValue).orElse(Amounts.UNLIMITED);
    }

    private Grant.Allotment budget(Tree tree) {
        Periods.Unit unit = tree.need("period", SettingType.oneOf(Periods.Unit.class), Periods.Unit.MONTH);
        Holder holder = tree.get("per", SettingType.oneOf(Holder.class), Holder.PERSON);
        int percent = tree.get("carry", SettingType.integer(0, 100), 0);
        Amounts limit = new Amounts(
                tree.find("core-hours", NUMBER)
                        .map(number -> exact(number, HOUR))
                        .orElse(Amounts.UNLIMITED),
                Amounts.UNLIMITED,
                tree.find("gib-days", NUMBER)
                        .map(number -> exact(number, 24 * HOUR * 1024))
                        .orElse(Amounts.UNLIMITED),
                tree.find("accelerator-hours", NUMBER)
                        .map(number -> exact(number, HOUR))
                        .orElse(Amounts.UNLIMITED),
                tree.find("money", NUMBER)
                        .map(number -> exact(number, 1_000_000))
                        .orElse(Amounts.UNLIMITED));
        if (limit.equals(Amounts.WITHOUT_LIMIT)) {
            tree.fault("period", "with at least one of core-hours, gib-days, accelerator-hours and money");
        }
        Amounts carry = new Amounts(
                part(limit.cores(), percent),
                0,
                part(limit.storage(), percent),
                part(limit.accelerators(), percent),
                part(limit.sessions(), percent));
        return new Grant.Allotment(holder == Holder.GROUP, new Periods(unit, zone), limit, carry);
    }

    /** Whose budget it is. */
    private enum Holder {
        PERSON,
        GROUP
    }

    /** A decimal number of units in whole small ones, downwards. */
    private static long exact(double number, long each) {
        return BigDecimal.valueOf(number).multiply(BigDecimal.valueOf(each)).longValue();
    }

    private static long part(long limit, int percent) {
        return limit >= Amounts.UNLIMITED ? 0 : limit / 100 * percent + limit % 100 * percent / 100;
    }

    private @Nullable LocalDate date(Tree tree, String key) {
        String text = tree.find(key, SettingType.text()).orElse(null);
        try {
            return text == null ? null : LocalDate.parse(text);
        } catch (DateTimeException e) {
            tree.fault(key, "a date such as 2026-12-31");
            return null;
        }
    }

    private static @Nullable Set<String> set(Tree tree, String key) {
        return tree.has(key) ? new LinkedHashSet<>(tree.get(key, TEXTS, List.of())) : null;
    }

    private static String qualified(Tree tree, String key) {
        String name = tree.need(key, SettingType.text(), "");
        if (tree.has(key) && !QUALIFIED.matcher(name).matches()) {
            tree.fault(key, "issuer|name");
        }
        return name;
    }

    private static Set<String> qualifieds(Tree tree, String key) {
        List<String> names = tree.get(key, TEXTS, List.of());
        if (!names.stream().allMatch(name -> QUALIFIED.matcher(name).matches())) {
            tree.fault(key, "a list, each issuer|name");
        }
        return new LinkedHashSet<>(names);
    }
}
