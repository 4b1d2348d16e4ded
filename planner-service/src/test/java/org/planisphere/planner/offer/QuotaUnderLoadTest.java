package org.planisphere.planner.offer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.planisphere.planner.offer.Worlds.amounts;
import static org.planisphere.planner.offer.Worlds.platform;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.planisphere.foundation.database.Database;
import org.planisphere.foundation.database.DatabaseKind;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Entry;
import org.planisphere.planner.ledger.Ledger;
import org.planisphere.planner.ledger.LedgerChecker;
import org.planisphere.planner.ledger.Meter;
import org.planisphere.planner.ledger.Outcome;
import org.planisphere.planner.ledger.Proposal;
import org.planisphere.planner.ledger.Window;
import org.planisphere.planner.ledger.store.LedgerSettings;
import org.planisphere.planner.ledger.store.SqlLedger;
import org.planisphere.planner.platform.Platform;
import org.planisphere.planner.policy.Policy;
import org.planisphere.planner.policy.PolicyReader;
import org.planisphere.planner.quota.Allowance;
import org.planisphere.planner.quota.Budget;
import org.planisphere.planner.quota.Quotas;
import org.planisphere.planner.quota.Standing;
import org.planisphere.planner.task.Interval;
import org.planisphere.planner.task.Range;
import org.planisphere.planner.task.Task;

/** Nobody gets more by asking in parallel: limits of an instant and sums of a period, on both databases. */
class QuotaUnderLoadTest {
    private static final Caller CARL = new Caller("iam|carl", "Carl", Set.of("iam|a", "iam|b", "iam|c"), Set.of());
    private static final int REQUESTS = 1_000;

    private final Policy policy = PolicyReader.read("test", """
            version: "1"
            grants:
              - {id: a, to: {groups: ["iam|a"]}, person: {cores: 40}, budgets: [{per: group, period: year, core-hours: 30}]}
              - {id: b, to: {groups: ["iam|b"]}, group: {cores: 25}, budgets: [{period: year, money: 2}]}
              - {id: c, to: {groups: ["iam|c"]}, person: {offers: 20}, budgets: [{per: group, period: year, core-hours: 7.5}]}
            """);
    private final Quotas quotas = new Quotas() {
        @Override
        public List<Allowance> allowances(Caller caller) {
            throw new AssertionError("the desk asks for the standing");
        }

        @Override
        public Standing standing(Caller caller, java.time.Instant at) {
            return policy.standing(caller, at);
        }
    };

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void aThousandRequestsOfOnePersonOverThreeGroupsOverspendNothing(DatabaseKind kind) throws Exception {
        try (Database database = Database.open(kind.fresh(6));
                SqlLedger ledger = new SqlLedger(database, LedgerSettings.usual())) {
            OfferDesk desk = new OfferDesk(
                    ledger,
                    List.of(engine()),
                    quotas,
                    set -> List.of(),
                    new DeskSettings(Duration.ofMinutes(30), Duration.ofSeconds(5), 1, Duration.ofMinutes(1), 1, 1, 1));
            List<OfferSet> answers = askAll(desk, ledger);

            Map<String, Long> payers = new HashMap<>();
            answers.stream().filter(OfferSet::yes).forEach(set -> {
                var funding = set.offers().get(0).funding();
                payers.merge(funding == null ? "" : funding.grant(), 1L, Long::sum);
            });
            assertThat(payers.keySet()).contains("a", "b", "c");
            assertThat(answers).anyMatch(set -> !set.yes());
            assertThat(payers.get("c")).isLessThanOrEqualTo(20);
            within(ledger);
            LedgerChecker.clean(database.dataSource());

            // Accept half of them, give the rest back, end what was accepted: nothing but what was used is left.
            List<Offer> offers = answers.stream()
                    .filter(OfferSet::yes)
                    .map(set -> set.offers().get(0))
                    .toList();
            for (int i = 0; i < offers.size(); i++) {
                Offer offer = offers.get(i);
                Entry entry = i % 2 == 0
                        ? new Entry.Confirm(offer.id(), offer.schedule().window())
                        : new Entry.Release(offer.id(), ledger.now());
                assertThat(ledger.append(new Proposal(List.of(entry), List.of()))
                                .join())
                        .isInstanceOf(Outcome.Appended.class);
            }
            for (int i = 0; i < offers.size(); i += 2) {
                Window window = offers.get(i).schedule().window();
                ledger.append(new Proposal(
                                List.of(new Entry.Release(
                                        offers.get(i).id(), window.from().plusSeconds(30))),
                                List.of()))
                        .join();
            }
            Ledger.View view = ledger.view(policy.standing(CARL, ledger.now()).accounts());
            for (Budget budget : policy.standing(CARL, ledger.now()).budgets()) {
                Amounts used = Meter.used(
                        view.timeline(budget.account()), budget.periods().of(ledger.now()));
                // At most the slots that had begun: two minutes of a core each.
                assertThat(used.cores()).isLessThanOrEqualTo(offers.size() / 2 * 120L);
            }
            LedgerChecker.cleanAndFree(database.dataSource());
        }
    }

    private void within(SqlLedger ledger) {
        Standing standing = policy.standing(CARL, ledger.now());
        Ledger.View view = ledger.view(standing.accounts());
        for (Budget budget : standing.budgets()) {
            Amounts used =
                    Meter.used(view.timeline(budget.account()), budget.periods().of(ledger.now()));
            assertThat(used.within(budget.limit())).as(budget + " " + used).isTrue();
        }
        Window far = new Window(ledger.now(), ledger.now().plus(Duration.ofDays(9)));
        for (Allowance allowance : standing.allowances()) {
            assertThat(view.timeline(allowance.account()).peak(far).within(allowance.limit()))
                    .isTrue();
        }
    }

    private static List<OfferSet> askAll(OfferDesk desk, SqlLedger ledger)
            throws InterruptedException, ExecutionException {
        Task task = Worlds.task(
                Range.of(1L, 1L),
                Duration.ofHours(1),
                new Interval(ledger.now(), ledger.now().plus(Duration.ofMinutes(20))));
        // All at once: as many threads as requests, let go together.
        ExecutorService threads = Executors.newFixedThreadPool(REQUESTS);
        CountDownLatch go = new CountDownLatch(1);
        try {
            List<Future<OfferSet>> asked = new ArrayList<>();
            for (int i = 0; i < REQUESTS; i++) {
                asked.add(threads.submit(() -> {
                    go.await();
                    return desk.ask(task, CARL, "K/", true);
                }));
            }
            go.countDown();
            List<OfferSet> answers = new ArrayList<>();
            for (Future<OfferSet> one : asked) {
                answers.add(one.get());
            }
            return answers;
        } finally {
            threads.shutdownNow();
        }
    }

    private static Platform engine() {
        return (Platform) Proxy.newProxyInstance(
                QuotaUnderLoadTest.class.getClassLoader(),
                new Class<?>[] {Platform.class},
                (self, method, arguments) -> switch (method.getName()) {
                    case "describe" ->
                        platform("vast", amounts(10_000, 40_000, 100_000), Duration.ZERO, Duration.ZERO, List.of());
                    case "examine" -> List.of();
                    default -> InvocationHandler.invokeDefault(self, method, arguments);
                });
    }
}
