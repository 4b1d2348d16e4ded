package org.planisphere.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.planisphere.client.Weights;
import org.planisphere.wire.ExecutionRequest;
import org.planisphere.wire.codec.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "ask",
        description = "Ask where, when and on what terms a task can be run, and show the offers side by side.",
        footer = {
            "",
            "Every offer is held until it expires. The numbers of the table stand for the offers in later",
            "commands: accept, reject, watch. Ends with 0 when there is an offer and 1 when all say NO."
        })
final class AskCommand implements Callable<Integer> {
    private final Kit kit;

    @Parameters(paramLabel = "TASKFILE", description = "The task: JSON, XML or YAML; - reads standard input.")
    String task = "";

    @Option(names = "--sort", paramLabel = "BY", description = "Order of the offers: ${COMPLETION-CANDIDATES} (start).")
    Survey.@Nullable Order sort;

    @Option(
            names = "--weights",
            paramLabel = "PART:N,...",
            description =
                    "Rank the offers by what you care about, such as start:2,price:1; parts are start, end, price,"
                            + " energy, distance and reliability. Each offer tells what its score is made of.")
    @Nullable
    String weights;

    @Option(names = "--json", description = "Print the answers as JSON.")
    boolean json;

    @Mixin
    Connection connection = new Connection();

    AskCommand(Kit kit) {
        this.kit = kit;
    }

    @Override
    public Integer call() {
        ExecutionRequest request = TaskFile.read(task, kit.in());
        List<Connection.Named> planners = connection.all(kit);
        String weighed = weights == null && sort == null ? connection.kept(kit, "weights") : weights;
        Weights ranking = weighed == null || weighed.isEmpty() ? null : ranking(weighed);
        Survey survey;
        try (Arriving arriving = new Arriving(kit.terminal(), planners.size())) {
            survey = Survey.ask(planners, request, order(), ranking, arriving);
        }
        survey.remember(kit.memory());
        if (json) {
            kit.terminal().line(Json.pretty(survey.json()));
            return survey.exit();
        }
        survey.print(kit);
        if (!survey.lines().isEmpty()) {
            kit.terminal().complain(kit.terminal().faint("next: planisphere accept 1 --watch   (or another number)"));
        } else {
            kit.terminal().complain(kit.terminal().faint("next: ") + advice(survey));
        }
        return survey.exit();
    }

    private static String advice(Survey survey) {
        return survey.refusals().isEmpty()
                ? Advice.after(survey.silences().get(0).why(), "planisphere ask")
                : "change what they say NO to, and ask again: planisphere ask TASKFILE";
    }

    private Survey.Order order() {
        String kept = sort == null ? connection.kept(kit, "sort") : sort.name();
        return java.util.Arrays.stream(Survey.Order.values())
                .filter(order -> order.name().equals(kept))
                .findFirst()
                .orElse(Survey.Order.start);
    }

    static Weights ranking(String weights) {
        try {
            return Weights.of(weights);
        } catch (IllegalArgumentException e) {
            throw new Fault(Exit.USAGE, e.getMessage() + ".", "for example: --weights start:2,price:1");
        }
    }
}
