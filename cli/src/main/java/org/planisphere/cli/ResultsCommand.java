package org.planisphere.cli;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.planisphere.client.Phases;
import org.planisphere.client.PlannerClient;
import org.planisphere.wire.ExecutionSession;
import org.planisphere.wire.ResultItem;
import org.planisphere.wire.codec.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "results", description = "List what a task has left, or download it and check sizes and SHA-256.")
final class ResultsCommand implements Callable<Integer> {
    private final Kit kit;

    @Mixin
    SessionArgument argument = new SessionArgument();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            description = "Download everything into this folder.")
    @Nullable
    Path output;

    @Option(names = "--json", description = "Print the list as JSON.")
    boolean json;

    ResultsCommand(Kit kit) {
        this.kit = kit;
    }

    @Override
    public Integer call() {
        URI url = argument.url(kit);
        PlannerClient planner = argument.planner(kit, url);
        List<ResultItem> results = planner.results(url);
        if (results.isEmpty()) {
            ExecutionSession session = planner.session(url);
            if (!Phases.terminal(session.phase)) {
                throw new Fault(
                        Exit.NO,
                        "The session is " + Terminal.harmless(session.phase) + ": there are no results yet.",
                        "wait for them: planisphere watch " + url);
            }
        }
        if (output != null) {
            download(planner, results, output);
        }
        if (json) {
            kit.terminal().line(Json.pretty(results));
        } else {
            print(kit.terminal(), results);
            if (output == null && !results.isEmpty()) {
                kit.terminal().complain(kit.terminal().faint("next: planisphere results " + url + " --output DIR"));
            } else if (output != null) {
                kit.terminal()
                        .line(Words.count(results.size(), "file") + " in " + output + ", sizes and SHA-256 checked");
            }
        }
        return Exit.OK;
    }

    static void download(PlannerClient planner, List<ResultItem> results, Path folder) {
        for (ResultItem result : results) {
            planner.download(result, folder);
        }
    }

    static void print(Terminal terminal, List<ResultItem> results) {
        Table table = new Table()
                .column("NAME", false, true, 0)
                .right("SIZE")
                .column("TYPE", false, false, 2)
                .column("SHA-256", false, true, 1);
        for (ResultItem result : results) {
            table.row(
                    Terminal.harmless(result.name),
                    result.size == null ? "" : Words.bytes(result.size),
                    result.mediaType == null ? "" : Terminal.harmless(result.mediaType),
                    result.sha256 == null ? "" : Terminal.harmless(result.sha256));
        }
        table.print(terminal);
    }
}
