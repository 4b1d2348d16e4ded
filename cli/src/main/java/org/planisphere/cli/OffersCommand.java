package org.planisphere.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.planisphere.client.ClientException;
import org.planisphere.client.Filter;
import org.planisphere.client.PlannerClient;
import org.planisphere.wire.ExecutionSession;
import org.planisphere.wire.OfferSetResponse;
import org.planisphere.wire.codec.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "offers",
        description = "Show the offers of the last question as they stand now, or an offer set by its address.")
final class OffersCommand implements Callable<Integer> {
    private final Kit kit;

    @Parameters(arity = "0..1", paramLabel = "URL", description = "Address of an offer set.")
    @Nullable
    String url;

    @Option(names = "--all", description = "List every offer set of this caller at one planner, newest first.")
    boolean all;

    @Option(names = "--json", description = "Print JSON.")
    boolean json;

    @Mixin
    Connection connection = new Connection();

    OffersCommand(Kit kit) {
        this.kit = kit;
    }

    @Override
    public Integer call() {
        if (all) {
            return list();
        }
        return url == null ? remembered() : one(url);
    }

    private int one(String address) {
        PlannerClient planner = connection.clientOf(kit, Kit.uri(address));
        OfferSetResponse set = planner.offerSet(Kit.uri(address));
        Survey survey = Survey.gather(
                List.of(new Connection.Named(Connection.host(planner.base()), planner)),
                List.of(CompletableFuture.completedFuture(set)),
                Survey.Order.start);
        survey.remember(kit.memory());
        if (json) {
            kit.terminal().line(Json.pretty(set));
        } else {
            survey.print(kit);
        }
        return survey.exit();
    }

    private int remembered() {
        List<Memory.Remembered> offers = kit.memory().offers();
        if (offers.isEmpty()) {
            throw new Fault(Exit.NO, "No offers are remembered.", "ask for some: planisphere ask TASKFILE");
        }
        List<CompletableFuture<ExecutionSession>> now = offers.stream()
                .map(offer -> connection.clientOf(kit, offer.session()).sessionAsync(offer.session()))
                .toList();
        Table table = new Table()
                .right(" #")
                .column("PLANNER", false, true, 0)
                .column("PLATFORM", false, true, 6)
                .left("PHASE")
                .column("START", false, false, 2)
                .right("CORES")
                .column("MEMORY", true, false, 3)
                .column("PRICE", true, false, 1)
                .column("HELD FOR", true, false, 4)
                .column("SESSION", false, false, 5);
        List<Object> documents = new ArrayList<>();
        int exit = Exit.NO;
        for (int i = 0; i < offers.size(); i++) {
            Memory.Remembered offer = offers.get(i);
            List<String> start = List.of(Integer.toString(offer.number()), offer.planner());
            try {
                ExecutionSession session = now.get(i).join();
                documents.add(session);
                OfferView view = OfferView.of(session);
                var clock = kit.clock();
                String phase = session.phase == null ? "" : Terminal.harmless(session.phase);
                exit = phase.equals("OFFERED") ? Exit.OK : exit;
                table.row(
                        text -> text,
                        List.of(
                                start.get(0),
                                start.get(1),
                                view.where(offer.planner()),
                                phase,
                                view.start() == null ? "" : Words.start(view.start(), clock.instant(), clock.getZone()),
                                view.cores() == 0 ? "" : Long.toString(view.cores()),
                                view.memory() == 0 ? "" : view.memory() + " GiB",
                                view.priceText(),
                                view.expires() == null
                                        ? ""
                                        : Words.duration(java.time.Duration.between(clock.instant(), view.expires())),
                                offer.session().toString()));
            } catch (CompletionException failed) {
                if (!(failed.getCause() instanceof ClientException known)) {
                    throw failed;
                }
                table.spanning(kit.terminal()::bad, start, Terminal.harmless(known.getMessage()));
            }
        }
        if (json) {
            kit.terminal().line(Json.pretty(documents));
        } else {
            table.print(kit.terminal());
        }
        return exit;
    }

    private int list() {
        PlannerClient planner = connection.one(kit);
        List<OfferSetResponse> sets =
                planner.offerSets(Filter.ALL).stream().limit(1000).toList();
        if (json) {
            kit.terminal().line(Json.pretty(sets));
            return Exit.OK;
        }
        Table table = new Table().left("RESULT").left("ASKED").right("OFFERS").left("OFFER SET");
        for (OfferSetResponse set : sets) {
            table.row(
                    set.result == null ? "" : Terminal.harmless(set.result),
                    set.meta == null || set.meta.created == null
                            ? ""
                            : Words.time(
                                    set.meta.created,
                                    kit.clock().instant(),
                                    kit.clock().getZone()),
                    set.offers == null ? "0" : Integer.toString(set.offers.size()),
                    set.meta == null || set.meta.url == null ? "" : Terminal.harmless(set.meta.url));
        }
        table.print(kit.terminal());
        return Exit.OK;
    }
}
