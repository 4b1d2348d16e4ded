package org.planisphere.planner.door;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Resource;
import org.planisphere.planner.quota.Allowance;
import org.planisphere.planner.quota.Denial;
import org.planisphere.planner.quota.Funding;
import org.planisphere.planner.quota.Rules;
import org.planisphere.planner.quota.Terms;
import org.planisphere.wire.AllowanceResource;
import org.planisphere.wire.GrantItem;

/** What a grant says of each single offer, as a document; what is not restricted is left out. Stateless. */
final class Granted {
    /** What is as long as this is not limited. */
    private static final Duration ALWAYS = Duration.ofDays(36_500);

    private Granted() {}

    static GrantItem item(Terms terms) {
        GrantItem item = ruled(terms.rules());
        Funding funding = terms.funding();
        if (funding != null) {
            item.grant = funding.grant();
            item.group = funding.group();
            item.results = funding.exportable() ? "leave" : "stay";
        }
        item.title = terms.title();
        item.priority = (long) terms.priority();
        item.price = terms.factor();
        // Every allowance of the terms has the grant's own.
        Allowance allowance = terms.allowances().get(0);
        item.longest = limited(allowance.longest());
        item.ahead = limited(allowance.ahead());
        return item;
    }

    static GrantItem item(Denial denial) {
        GrantItem item = ruled(denial.rules());
        item.grant = denial.grant();
        item.title = denial.title();
        return item;
    }

    /** As ISO 8601; null when it is no limit. */
    static @Nullable String limited(Duration duration) {
        return duration.compareTo(ALWAYS) < 0 ? duration.toString() : null;
    }

    private static GrantItem ruled(Rules rules) {
        GrantItem item = new GrantItem();
        item.resources = most(rules.most());
        item.kinds = sorted(rules.kinds());
        item.images = sorted(rules.images());
        item.repositories = sorted(rules.repositories());
        item.digests = sorted(rules.digests());
        item.approvedOnly = rules.approvals() == null ? null : true;
        item.shapes = sorted(rules.shapes());
        item.platforms = sorted(rules.platforms());
        return item;
    }

    private static @Nullable List<AllowanceResource> most(Amounts most) {
        List<AllowanceResource> lines = new ArrayList<>();
        for (Resource resource : Resource.values()) {
            if (resource != Resource.SESSIONS && most.of(resource) < Amounts.UNLIMITED) {
                AllowanceResource line = new AllowanceResource();
                line.name = resource.name().toLowerCase(Locale.ROOT);
                line.unit = resource.unit();
                line.limit = most.of(resource);
                lines.add(line);
            }
        }
        return lines.isEmpty() ? null : lines;
    }

    private static @Nullable List<String> sorted(@Nullable Set<String> texts) {
        return texts == null ? null : texts.stream().sorted().toList();
    }
}
