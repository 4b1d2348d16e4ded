package org.planisphere.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.planisphere.client.AskOptions;
import org.planisphere.client.BadAnswer;
import org.planisphere.client.ClientException;
import org.planisphere.client.NotReachable;
import org.planisphere.client.PlannerProblem;
import org.planisphere.client.Ranking;
import org.planisphere.client.Weights;
import org.planisphere.wire.ExecutionRequest;
import org.planisphere.wire.Message;
import org.planisphere.wire.OfferSetResponse;
import org.planisphere.wire.codec.Json;

/** The same question to many planners, and their answers side by side. */
final class Survey {
    /** In which order offers are shown. */
    enum Order {
        start,
        price,
        cores,
        memory,
        duration;

        Comparator<Line> comparator() {
            Comparator<Line> soonest = Comparator.comparing(
                    line -> line.offer().start(), Comparator.nullsLast(Comparator.<Instant>naturalOrder()));
            Comparator<Line> cheapest =
                    Comparator.comparing(line -> line.offer().price(), Comparator.nullsLast(Comparator.naturalOrder()));
            Comparator<Line> most = Comparator.comparingLong(
                            (Line line) -> line.offer().cores())
                    .reversed();
            return switch (this) {
                case start -> soonest.thenComparing(cheapest).thenComparing(most);
                case price -> cheapest.thenComparing(soonest).thenComparing(most);
                case cores -> most.thenComparing(soonest).thenComparing(cheapest);
                case memory ->
                    Comparator.comparingLong((Line line) -> line.offer().memory())
                            .reversed()
                            .thenComparing(soonest);
                case duration ->
                    Comparator.comparing(
                                    (Line line) -> line.offer().duration(),
                                    Comparator.nullsLast(Comparator.reverseOrder()))
                            .thenComparing(soonest);
            };
        }
    }

    /** An offer as one line of the table. */
    record Line(String planner, URI url, OfferView offer) {
        double score(Weights weights) {
            return Ranking.score(offer.session(), weights, Instant.now()).total();
        }
    }

    /** A NO with its reasons. */
    record Refusal(String planner, List<Message> reasons) {}

    /** No answer. */
    record Silence(String planner, ClientException why) {}

    private final List<Line> lines;
    private final List<Refusal> refusals;
    private final List<Silence> silences;
    private final @Nullable Weights weights;

    private Survey(List<Line> lines, List<Refusal> refusals, List<Silence> silences, @Nullable Weights weights) {
        this.lines = lines;
        this.refusals = refusals;
        this.silences = silences;
        this.weights = weights;
    }

    /** As below, ranked by the order alone. */
    static Survey ask(List<Connection.Named> planners, ExecutionRequest request, Order order) {
        return ask(planners, request, order, null, part -> {});
    }

    /** Asks all at once; the slowest answer, or its deadline, is the end. */
    static Survey ask(
            List<Connection.Named> planners,
            ExecutionRequest request,
            Order order,
            @Nullable Weights weights,
            Consumer<OfferSetResponse> each) {
        AskOptions options = AskOptions.USUAL.withWeights(weights);
        List<CompletableFuture<OfferSetResponse>> answers = planners.stream()
                .map(planner -> planner.client().askStreamingAsync(request, options, each))
                .toList();
        Survey survey = gather(planners, answers, order);
        if (weights != null) {
            survey.lines.sort(Comparator.comparingDouble((Line line) -> line.score(weights))
                    .reversed());
        }
        return new Survey(survey.lines, survey.refusals, survey.silences, weights);
    }

    static Survey gather(
            List<Connection.Named> planners, List<CompletableFuture<OfferSetResponse>> answers, Order order) {
        List<Line> lines = new ArrayList<>();
        List<Refusal> refusals = new ArrayList<>();
        List<Silence> silences = new ArrayList<>();
        for (int i = 0; i < planners.size(); i++) {
            Connection.Named planner = planners.get(i);
            try {
                OfferSetResponse answer = answers.get(i).join();
                if (answer.offers != null && "YES".equals(answer.result)) {
                    answer.offers.forEach(offer ->
                            lines.add(new Line(planner.name(), planner.client().urlOf(offer), OfferView.of(offer))));
                } else {
                    List<Message> reasons =
                            answer.meta == null || answer.meta.messages == null ? List.of() : answer.meta.messages;
                    refusals.add(new Refusal(planner.name(), reasons));
                }
            } catch (java.util.concurrent.CompletionException failed) {
                if (failed.getCause() instanceof ClientException known) {
                    silences.add(new Silence(planner.name(), known));
                } else {
                    throw failed;
                }
            }
        }
        lines.sort(order.comparator());
        return new Survey(lines, refusals, silences, null);
    }

    List<Line> lines() {
        return lines;
    }

    List<Refusal> refusals() {
        return refusals;
    }

    List<Silence> silences() {
        return silences;
    }

    /** Keeps the offers under the numbers of the table; a table without offers leaves the last ones as they are. */
    void remember(Memory memory) {
        if (lines.isEmpty()) {
            return;
        }
        List<Memory.Remembered> offers = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            offers.add(new Memory.Remembered(
                    i + 1, lines.get(i).planner(), lines.get(i).url()));
        }
        memory.rememberOffers(offers);
    }

    /** 0 with an offer; otherwise what speaks most: a NO, a refusal, silence. */
    int exit() {
        if (!lines.isEmpty()) {
            return Exit.OK;
        }
        if (!refusals.isEmpty()) {
            return Exit.NO;
        }
        return silences.stream().mapToInt(silence -> exit(silence.why())).min().orElse(Exit.NO);
    }

    static int exit(ClientException why) {
        if (why instanceof PlannerProblem problem) {
            return problem.status() >= 500 ? Exit.BAD_ANSWER : Exit.REFUSED;
        }
        return why instanceof NotReachable ? Exit.UNREACHABLE : why instanceof BadAnswer ? Exit.BAD_ANSWER : Exit.FAULT;
    }

    void print(Kit kit) {
        Terminal terminal = kit.terminal();
        table(terminal, kit.clock().instant(), kit.clock().getZone()).print(terminal);
    }

    private Table table(Terminal terminal, Instant now, ZoneId zone) {
        Table table = new Table()
                .right(" #")
                .column("PLANNER", false, true, 0)
                .column("PLATFORM", false, true, 6)
                .column("SHAPE", false, true, 5)
                .left("START")
                .right("CORES")
                .column("MEMORY", true, false, 2)
                .column("DISK", true, false, 6)
                .column("FOR", true, false, 3)
                .column("PRICE", true, false, 1)
                .column("HELD FOR", true, false, 4);
        for (int i = 0; i < lines.size(); i++) {
            Line line = lines.get(i);
            OfferView offer = line.offer();
            table.row(
                    i == 0 ? terminal::good : text -> text,
                    List.of(
                            Integer.toString(i + 1),
                            line.planner(),
                            offer.where(line.planner()),
                            offer.shape(),
                            offer.start() == null ? "" : Words.start(offer.start(), now, zone),
                            offer.cores() == 0 ? "" : Long.toString(offer.cores()),
                            offer.memory() == 0 ? "" : offer.memory() + " GiB",
                            offer.storage() == 0 ? "" : offer.storage() + " GiB",
                            offer.duration() == null ? "" : Words.duration(offer.duration()),
                            offer.priceText(),
                            offer.expires() == null
                                    ? ""
                                    : Words.duration(java.time.Duration.between(now, offer.expires()))));
        }
        Weights ranked = weights;
        if (ranked != null) {
            for (int i = 0; i < lines.size(); i++) {
                table.spanning(
                        terminal::faint,
                        List.of(Integer.toString(i + 1), "score"),
                        Ranking.score(lines.get(i).offer().session(), ranked, now)
                                .words(ranked));
            }
        }
        for (Refusal refusal : refusals) {
            table.spanning(terminal::notable, List.of("NO", refusal.planner()), reasons(refusal.reasons()));
        }
        for (Silence silence : silences) {
            table.spanning(
                    terminal::bad,
                    List.of(" !", silence.planner()),
                    Terminal.harmless(silence.why().getMessage()));
        }
        return table;
    }

    /** Why it is NO, in the planner's words, the weightiest messages only, one on each line. */
    private static String reasons(List<Message> messages) {
        List<String> said = messages.stream()
                .filter(message -> !"DEBUG".equals(message.level) && !"INFO".equals(message.level))
                .map(Survey::text)
                .distinct()
                .toList();
        if (said.isEmpty()) {
            said = messages.stream().map(Survey::text).distinct().toList();
        }
        return said.isEmpty() ? "no reason given" : String.join("\n", said);
    }

    static String text(Message message) {
        String text = message.message != null ? message.message : message.template == null ? "" : message.template;
        String clean = Terminal.harmless(text).strip();
        return clean.isEmpty() || clean.matches(".*[.!?]") ? clean : clean + ".";
    }

    ObjectNode json() {
        ObjectNode tree = Json.mapper().createObjectNode();
        ArrayNode offers = tree.putArray("offers");
        for (int i = 0; i < lines.size(); i++) {
            offers.addObject()
                    .put("number", i + 1)
                    .put("planner", lines.get(i).planner())
                    .put("url", lines.get(i).url().toString())
                    .set(
                            "session",
                            Json.mapper().valueToTree(lines.get(i).offer().session()));
        }
        ArrayNode no = tree.putArray("refusals");
        for (Refusal refusal : refusals) {
            no.addObject()
                    .put("planner", refusal.planner())
                    .set("messages", Json.mapper().valueToTree(refusal.reasons()));
        }
        ArrayNode silent = tree.putArray("failures");
        for (Silence silence : silences) {
            silent.addObject()
                    .put("planner", silence.planner())
                    .put("detail", silence.why().getMessage());
        }
        return tree;
    }

    /** The best offer in the order that was asked for; null when there is none. */
    @Nullable
    Line best() {
        return lines.isEmpty() ? null : lines.get(0);
    }
}
