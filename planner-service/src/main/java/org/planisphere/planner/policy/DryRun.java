package org.planisphere.planner.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.planisphere.planner.offer.Decision;
import org.planisphere.planner.offer.Draft;
import org.planisphere.planner.offer.Message;
import org.planisphere.planner.offer.OfferDesk;
import org.planisphere.planner.quota.Funding;
import org.planisphere.planner.quota.Quotas;

/**
 * What another policy would have changed. Both policies are asked about every kept request as if nothing were taken, so
 * that only the rules count and not what happened to be busy. Not thread safe.
 */
public final class DryRun {
    /** So many single requests are told of each sort of change. */
    public static final int MOST_TOLD = 100;

    private final OfferDesk desk;
    private final Quotas before;
    private final Policy after;
    private final List<Changed> refused = new ArrayList<>();
    private final List<Changed> granted = new ArrayList<>();
    private final TreeMap<String, Long> grants = new TreeMap<>();
    private long requests;
    private long nowRefused;
    private long nowGranted;
    private long otherTerms;

    /** A request that would be answered otherwise; {@code why} tells what the new policy says. */
    public record Changed(AskedRequest request, List<String> why) {}

    /**
     * What was found.
     *
     * @param requests how many were tried
     * @param refused how many would no longer be offered anything
     * @param granted how many would be offered something now
     * @param otherTerms how many would be offered under another grant or at another price
     * @param grants by the new policy's grant, how many it would pay for
     */
    public record Report(
            long requests,
            long refused,
            long granted,
            long otherTerms,
            TreeMap<String, Long> grants,
            List<Changed> nowRefused,
            List<Changed> nowGranted) {}

    /** @param before what decides now */
    public DryRun(OfferDesk desk, Quotas before, Policy after) {
        this.desk = desk;
        this.before = before;
        this.after = after;
    }

    /** Tries one request. */
    public void tryOn(AskedRequest request) {
        Instant at = request.at();
        Decision old = desk.judge(request.task(), before.standing(request.caller(), at), at);
        Decision now = desk.judge(request.task(), after.standing(request.caller(), at), at);
        requests++;
        if (now.yes()) {
            grants.merge(grant(now), 1L, Long::sum);
        }
        if (old.yes() && !now.yes()) {
            nowRefused++;
            told(refused, request, now);
        } else if (!old.yes() && now.yes()) {
            nowGranted++;
            told(granted, request, now);
        } else if (now.yes() && !same(old.drafts().get(0), now.drafts().get(0))) {
            otherTerms++;
        }
    }

    public Report report() {
        return new Report(requests, nowRefused, nowGranted, otherTerms, grants, refused, granted);
    }

    private static void told(List<Changed> list, AskedRequest request, Decision now) {
        if (list.size() < MOST_TOLD) {
            List<Message> messages = now.yes() ? now.drafts().get(0).messages() : now.messages();
            list.add(new Changed(request, messages.stream().map(Message::text).toList()));
        }
    }

    private static boolean same(Draft one, Draft other) {
        return grant(one).equals(grant(other)) && one.costs().equals(other.costs());
    }

    private static String grant(Decision decision) {
        return grant(decision.drafts().get(0));
    }

    private static String grant(Draft draft) {
        Funding funding = draft.funding();
        return funding == null ? "" : funding.grant();
    }
}
