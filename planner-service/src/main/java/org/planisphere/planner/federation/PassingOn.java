package org.planisphere.planner.federation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.planisphere.client.Ranking;
import org.planisphere.planner.offer.PassedOffer;
import org.planisphere.planner.task.Task;
import org.planisphere.wire.ExecutionSession;
import org.planisphere.wire.Metric;
import org.planisphere.wire.OfferText;
import org.planisphere.wire.codec.Codecs;
import org.planisphere.wire.codec.Format;
import org.planisphere.wire.codec.Json;

/**
 * Passes the offers of one planner on as they were written. Who offers, how reliable that planner is and how near the data
 * are is what this planner answers for, and put anew. For one answer to one question; used by one thread.
 */
final class PassingOn {
    /** An offer of more characters is written again, without what is not known here. */
    private static final int LONGEST = 64 * 1024;

    private static final String KIND =
            "https://www.purl.org/ivoa.net/Calycopis-openapi/schema/v1.0/kinds/metrics/simple-minmax-float-metric.yaml";
    private static final String KEPT = "share of kept promises";
    private static final String NEAR = "share of the data that are near";

    private final Peer peer;
    private final double reliability;
    private final double nearness;

    PassingOn(Peer peer, Task task) {
        this.peer = peer;
        this.reliability = rounded(peer.reputation().value());
        this.nearness = rounded(peer.nearness(task.data()));
    }

    /** @param planner whose offer it is, in words that may be shown */
    PassedOffer pass(ExecutionSession offer, String planner) {
        List<Metric> others = new ArrayList<>(offer.metrics == null ? List.of() : offer.metrics);
        others.removeIf(metric -> Ranking.RELIABILITY.equals(metric.type) || Ranking.NEARNESS.equals(metric.type));
        String kind = others.isEmpty() || others.get(0).kind == null ? KIND : others.get(0).kind;
        OfferText came = offer.text;
        if (came == null || came.length() > LONGEST) {
            others.add(metric(kind, Ranking.RELIABILITY, KEPT, reliability));
            others.add(metric(kind, Ranking.NEARNESS, NEAR, nearness));
            offer.metrics = others;
            offer.planner = planner;
            return new PassedOffer(peer.name(), json(offer));
        }
        // Written by hand: it is done for every offer on every level.
        StringBuilder anew = new StringBuilder(640);
        anew.append("\"planner\":").append(Json.quoted(planner)).append(",\"metrics\":[");
        for (Metric other : others) {
            anew.append(json(other)).append(',');
        }
        String quoted = Json.quoted(kind);
        measured(anew, quoted, Ranking.RELIABILITY, KEPT, reliability);
        measured(anew.append(','), quoted, Ranking.NEARNESS, NEAR, nearness);
        return new PassedOffer(peer.name(), came.with(anew.append(']').toString()));
    }

    private static void measured(StringBuilder to, String kind, String type, String description, double value) {
        to.append("{\"kind\":").append(kind);
        to.append(",\"type\":\"").append(type);
        to.append("\",\"description\":\"").append(description);
        to.append("\",\"min\":").append(value).append(",\"max\":").append(value).append('}');
    }

    private static Metric metric(String kind, String type, String description, double value) {
        Metric metric = new Metric();
        metric.kind = kind;
        metric.type = type;
        metric.description = description;
        metric.min = value;
        metric.max = value;
        return metric;
    }

    private static String json(Object document) {
        return new String(Codecs.write(document, Format.JSON), StandardCharsets.UTF_8).strip();
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
