import random
import unittest
from datetime import datetime, timedelta, timezone

from planisphere import Offer, Weights, kinds, ranking
from planisphere.times import format_instant
from planisphere.wire import Compute, Cost, ExecutionSession, MinMax, Schedule, StartDuration

NOON = datetime(2026, 11, 21, 12, tzinfo=timezone.utc)


def offer(start=0, seconds=60, price=None, currency="EUR", cores=None, memory=None, energy=None):
    costs = []
    if price is not None:
        costs.append(Cost(type=kinds.MONEY + currency, max=price))
    if energy is not None:
        costs.append(Cost(type="https://www.purl.org/planisphere/costs/energy-kwh", max=energy))
    available = StartDuration(start=format_instant(NOON + timedelta(seconds=start)) + "/PT1M", duration=f"PT{seconds}S")
    document = ExecutionSession(
        costs=costs,
        compute=Compute(cores=MinMax(cores, cores), memory=MinMax(memory, memory)),
        schedule=Schedule(available=available),
    )
    return Offer(None, document, "p")


class RankingTest(unittest.TestCase):
    def test_theSoonerAndCheaperIsBetterAndSaysWhy(self):
        late, soon = offer(start=600, price=2), offer(start=0, price=1)
        (first, score), (second, other) = ranking.ranked([late, soon])
        self.assertIs(first, soon)
        self.assertEqual(score.parts, {"start": 1.0, "end": 1.0, "price": 1.0})
        self.assertEqual(other.total, 0.0)
        self.assertEqual(str(score), "1.00 (start 1.00, end 1.00, price 1.00)")

    def test_weightsDecide(self):
        soon, cheap = offer(start=0, price=9), offer(start=600, price=1)
        self.assertIs(ranking.ranked([cheap, soon], Weights(start=1, end=0, price=0))[0][0], soon)
        self.assertIs(ranking.ranked([soon, cheap], Weights(start=0, end=0, price=1))[0][0], cheap)
        for wrong in (-1, float("inf"), float("nan")):
            with self.assertRaises(ValueError):
                Weights(price=wrong)

    def test_equalsStayInTheirOrder(self):
        equals = [offer() for _ in range(5)]
        self.assertEqual([o for o, _ in ranking.ranked(equals)], equals)

    def test_pricesInAnotherCurrencyAreNotCompared(self):
        offers = [offer(price=1, currency="USD"), offer(price=5), offer(price=6)]
        parts = [each.parts["price"] for each in ranking.scores(offers)]
        self.assertEqual(parts, [0.0, 1.0, 0.0])

    def test_nothingIsRanked(self):
        self.assertEqual(ranking.ranked([]), [])
        self.assertEqual(ranking.scores([offer()], Weights(start=0, end=0, price=0))[0].total, 0.0)

    def test_anOfferThatIsBetterInEveryPartNeverRanksLower(self):
        dice = random.Random(20261121)

        def maybe(value):
            return None if dice.random() < 0.2 else value

        for _ in range(300):
            offers = [
                offer(
                    start=dice.randrange(1000),
                    seconds=1 + dice.randrange(1000),
                    price=maybe(dice.randrange(5)),
                    energy=maybe(dice.random()),
                    cores=maybe(dice.randrange(1, 9)),
                    memory=maybe(dice.randrange(1, 9)),
                )
                for _ in range(dice.randrange(1, 8))
            ]
            weights = Weights(*(dice.choice((0, 0.5, 1, 3)) for _ in range(6)))
            places = ranking.ranked(offers, weights)
            scores = [score for _, score in places]
            for score in scores:
                self.assertTrue(-1e-9 <= score.total <= 1 + 1e-9)
            for i, better in enumerate(scores):
                for worse in scores[:i]:
                    dominates = better.parts and all(better.parts[n] > worse.parts[n] for n in better.parts)
                    self.assertFalse(dominates, f"{better} stands behind {worse}")


if __name__ == "__main__":
    unittest.main()
