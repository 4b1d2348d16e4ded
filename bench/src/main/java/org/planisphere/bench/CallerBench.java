package org.planisphere.bench;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.planisphere.foundation.identity.oidc.TestIssuer;

/** What it costs that a caller shows a token: the same questions by anonymous and by known callers, in turns. */
final class CallerBench {
    private static final int TURNS = 8;

    private CallerBench() {}

    /** Settings for a node that takes the issuer's tokens. */
    static String settings(TestIssuer issuer) {
        return """
                identity:
                  issuers:
                  - %s
                """.formatted(issuer.yaml());
    }

    static void run(
            ServerUnderTest node,
            TestIssuer issuer,
            String database,
            int clients,
            double seconds,
            byte[] body,
            Table table)
            throws InterruptedException {
        System.err.println(database + ": callers …");
        List<String> tokens = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            tokens.add(issuer.token("person" + i, "group" + i % 3, "everybody"));
        }
        ask(node, clients, seconds, body, tokens);
        double[] known = new double[TURNS];
        double[] anonymous = new double[TURNS];
        for (int i = 0; i < TURNS; i++) {
            anonymous[i] = ask(node, clients, seconds / 4, body, List.of());
            known[i] = ask(node, clients, seconds / 4, body, tokens);
        }
        table.put(
                "offer sets/s, indicative at " + clients + " clients: anonymous, with a token",
                "",
                database,
                String.format(Locale.ROOT, "%,.0f, %,.0f", median(anonymous), median(known)));
        table.put(
                "authenticated ÷ anonymous, rate",
                "≥ 0.85",
                database,
                String.format(Locale.ROOT, "%.2f", median(known) / median(anonymous)));
    }

    /** Answers in a second; with a token of its own for each caller, or none. */
    private static double ask(ServerUnderTest node, int clients, double seconds, byte[] body, List<String> tokens)
            throws InterruptedException {
        byte[][] tokenOf = new byte[clients][];
        for (int i = 0; i < tokens.size(); i++) {
            tokenOf[i] = tokens.get(i).getBytes(StandardCharsets.US_ASCII);
        }
        Load.Figures figures = Load.run(node.port, clients, 0, seconds, (wire, caller, number) -> {
            Wire.Answer answer = wire.call("POST", "/planner/requests?hold=false", body, tokenOf[caller]);
            if (answer.status() >= 400 || !answer.text().contains("\"YES\"")) {
                throw new IllegalStateException(answer.status() + " " + answer.text());
            }
        });
        if (figures.failures() > 0) {
            System.err.println("callers: " + figures.failures() + " failures, the first: " + figures.firstFailure());
        }
        return figures.perSecond();
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
