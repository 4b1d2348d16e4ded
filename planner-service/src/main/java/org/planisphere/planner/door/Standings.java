package org.planisphere.planner.door;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Ledger;
import org.planisphere.planner.ledger.Meter;
import org.planisphere.planner.ledger.Resource;
import org.planisphere.planner.ledger.Timeline;
import org.planisphere.planner.ledger.Window;
import org.planisphere.planner.offer.PolicyWords;
import org.planisphere.planner.platform.PlatformDescription;
import org.planisphere.planner.quota.Allowance;
import org.planisphere.planner.quota.Budget;
import org.planisphere.planner.quota.Share;
import org.planisphere.planner.quota.Standing;
import org.planisphere.planner.quota.Usage;
import org.planisphere.wire.AllowanceItem;
import org.planisphere.wire.AllowanceResource;
import org.planisphere.wire.BudgetItem;
import org.planisphere.wire.BudgetResource;
import org.planisphere.wire.Me;
import org.planisphere.wire.ShareItem;

/** What a caller may have, has and has left, as a document. Stateless. */
final class Standings {
    private Standings() {}

    /** Fills in grants and denials, allowances, budgets, shares of the platforms and the policy's version. */
    static void fill(Me me, Standing standing, List<PlatformDescription> platforms, Ledger.View view) {
        me.grants = none(standing.terms().stream()
                .filter(terms -> terms.funding() != null)
                .map(Granted::item)
                .toList());
        me.denials = none(standing.denials().stream().map(Granted::item).toList());
        me.allowances = Usage.of(standing.allowances(), view).stream()
                .map(Standings::item)
                .toList();
        List<BudgetItem> budgets = new ArrayList<>();
        standing.budgets().forEach(budget -> budgets.add(item(budget, view)));
        me.budgets = none(budgets);
        List<ShareItem> shares = new ArrayList<>();
        Set<Share> each = new LinkedHashSet<>();
        standing.terms().forEach(terms -> each.add(terms.share()));
        for (Share share : each) {
            if (share != null) {
                platforms.forEach(platform -> shares.add(item(share, platform.id())));
            }
        }
        me.shares = none(shares);
        me.policy = standing.policy().isEmpty() ? null : standing.policy();
    }

    private static <T> @Nullable List<T> none(List<T> items) {
        return items.isEmpty() ? null : items;
    }

    private static AllowanceItem item(Usage usage) {
        Allowance allowance = usage.allowance();
        AllowanceItem item = new AllowanceItem();
        item.holder = allowance.holder();
        item.longest = Granted.limited(allowance.longest());
        item.ahead = Granted.limited(allowance.ahead());
        item.openOffers = allowance.openOffers() < Integer.MAX_VALUE ? (long) allowance.openOffers() : null;
        item.openOffersHeld = (long) usage.open();
        List<AllowanceResource> resources = new ArrayList<>();
        for (Resource resource : Resource.values()) {
            AllowanceResource line = new AllowanceResource();
            line.name = resource.name().toLowerCase(Locale.ROOT);
            line.unit = resource.unit();
            line.used = usage.used().of(resource);
            line.held = usage.held().of(resource);
            long limit = allowance.limit().of(resource);
            if (limit < Amounts.UNLIMITED) {
                line.limit = limit;
                line.left = usage.left().of(resource);
            }
            resources.add(line);
        }
        item.resources = resources;
        return item;
    }

    private static ShareItem item(Share share, String platform) {
        ShareItem item = new ShareItem();
        item.platform = platform;
        item.holder = share.holder();
        item.percent = (long) share.percent();
        item.lately = Math.round(share.lately(platform) * 1_000) / 10.0;
        item.factor = Math.round(share.factor(platform) * 100) / 100.0;
        item.lend = share.lend(platform).toString();
        return item;
    }

    private static BudgetItem item(Budget budget, Ledger.View view) {
        Timeline timeline = view.timeline(budget.account());
        Window period = budget.periods().of(view.now());
        Amounts limits = budget.meter(0, 0).limit(timeline, budget.limit(), period, view.now());
        Amounts used = Meter.used(timeline, period);
        Amounts held = Meter.used(view.holds(budget.account()), period);
        BudgetItem item = new BudgetItem();
        item.holder = budget.holder();
        item.period = budget.periods().unit().name().toLowerCase(Locale.ROOT);
        item.from = period.from();
        item.until = period.until();
        List<BudgetResource> resources = new ArrayList<>();
        for (Resource resource : Resource.values()) {
            long limit = limits.of(resource);
            if (limit < Amounts.UNLIMITED) {
                BudgetResource line = new BudgetResource();
                line.name = PolicyWords.resource(resource);
                line.unit = PolicyWords.unit(resource);
                line.limit = number(resource, limit);
                line.carried = number(resource, limit - budget.limit().of(resource));
                line.used = number(resource, used.of(resource));
                line.held = number(resource, held.of(resource));
                line.left = number(resource, Math.max(0, limit - used.of(resource)));
                resources.add(line);
            }
        }
        item.resources = resources;
        return item;
    }

    private static double number(Resource resource, long amount) {
        return Double.parseDouble(PolicyWords.number(resource, amount));
    }
}
