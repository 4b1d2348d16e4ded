import json
import unittest
from datetime import datetime, timedelta, timezone
from pathlib import Path

from planisphere import MalformedDocument, wire
from planisphere.times import format_duration, format_instant, parse_duration, parse_instant, parse_interval

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
TYPES = {
    "accepts": wire.AcceptsResponse,
    "me": wire.Me,
    "offerset": wire.OfferSetResponse,
    "problem": wire.Problem,
    "request": wire.ExecutionRequest,
    "results": wire.ResultList,
    "session": wire.ExecutionSession,
    "update": wire.Update,
}




class WireTest(unittest.TestCase):
    def examples(self):
        found = sorted(EXAMPLES.glob("*.json"))
        self.assertGreater(len(found), 10)
        for file in found:
            yield file, TYPES.get(file.name.split("-")[0].split(".")[0])

    def test_everyExampleOfTheContractComesBackAsItWas(self):
        for file, type in self.examples():
            if type is None:
                continue
            with self.subTest(file.name):
                tree = json.loads(file.read_text("utf-8"))
                self.assertEqual(type.from_dict(tree).to_dict(), tree)

    def test_aDocumentIsShownAsWhatIsSetInIt(self):
        self.assertEqual(repr(wire.MinMax(min=1)), "MinMax(min=1)")
        self.assertEqual(repr(wire.MinMax(min=0, extra={"unit": "GiB"})), "MinMax(min=0, extra={'unit': 'GiB'})")

    def test_aNameThatPythonKeepsForItselfHasALineBehindIt(self):
        item = wire.BudgetItem.from_dict({"from": "2026-11-01T00:00:00Z"})
        self.assertEqual((item.from_.month, item.extra), (11, {}))
        self.assertEqual(item.to_dict(), {"from": "2026-11-01T00:00:00Z"})

    def test_whatIsNotKnownIsKeptAtEveryDepth(self):
        tree = {"executable": {"kind": "k", "flavour": [1, {"a": None}]}, "compute": {"cores": {"min": 1, "step": 2}}, "x": 7}
        self.assertEqual(wire.ExecutionRequest.from_dict(tree).to_dict(), tree)

    def test_everyFaultIsToldWithItsPlace(self):
        tree = {
            "executable": {"kind": 3, "command": ["a", 4]},
            "compute": {"cores": {"min": "four", "max": True}},
            "storage": {},
            "costs": [{"max": "cheap"}],
        }
        with self.assertRaises(MalformedDocument) as caught:
            wire.ExecutionRequest.from_dict(tree)
        self.assertEqual(
            [pointer for pointer, _ in caught.exception.faults],
            ["/executable/kind", "/executable/command/1", "/compute/cores/min", "/compute/cores/max", "/storage", "/costs/0/max"],
        )

    def test_hostileJsonIsRefused(self):
        for text in (
            '{"a": 1, "a": 2}',
            '{"a": NaN}',
            '{"a": 1e999999}',
            '{"a": ' + "9" * 5000 + "}",
            '{"a": ' * 200 + "1" + "}" * 200,
            "[" * 100000 + "]" * 100000,
            "[]",
            '"text"',
            "",
            b"\xff\xfe",
            "{'a': 1}",
        ):
            with self.subTest(str(text)[:30]), self.assertRaises(MalformedDocument):
                wire.ExecutionRequest.from_json(text)

    def test_aCopySharesNothing(self):
        request = wire.ExecutionRequest(executable=wire.Executable(kind="k", command=["a"]))
        request.copy().executable.command.append("b")
        self.assertEqual(request.executable.command, ["a"])


class TimesTest(unittest.TestCase):
    def test_instantsAreReadWithAnyOffset(self):
        noon = datetime(2026, 11, 21, 12, tzinfo=timezone.utc)
        for text in ("2026-11-21T12:00:00Z", "2026-11-21T13:00:00.000+01:00", "2026-11-21t06:30-0530"):
            self.assertEqual(parse_instant(text), noon)
        self.assertEqual(parse_instant("2026-11-21T12:00:00.123456789Z").microsecond, 123456)
        self.assertEqual(format_instant(noon), "2026-11-21T12:00:00Z")

    def test_whatIsNoInstantIsRefused(self):
        for text in ("2026-11-21T12:00:00", "2026-13-01T00:00:00Z", "yesterday", "", "1700000000"):
            with self.subTest(text), self.assertRaises(ValueError):
                parse_instant(text)
        with self.assertRaises(ValueError):
            format_instant(datetime(2026, 1, 1))

    def test_durations(self):
        self.assertEqual(parse_duration("P1DT12H"), timedelta(hours=36))
        self.assertEqual(parse_duration("PT0.5S"), timedelta(milliseconds=500))
        self.assertEqual(parse_duration("P2W"), timedelta(days=14))
        for text in ("P", "PT", "P1Y", "P1M", "5m", "PT5", "P999999999999D"):
            with self.subTest(text), self.assertRaises(ValueError):
                parse_duration(text)
        self.assertEqual(format_duration(90), "PT90S")
        self.assertEqual(format_duration(timedelta(days=1)), "PT86400S")
        for nothing in (0, -1, timedelta(0)):
            with self.assertRaises(ValueError):
                format_duration(nothing)

    def test_intervals(self):
        start, end = parse_interval("2026-11-21T12:00:00Z/PT1H")
        self.assertEqual(end - start, timedelta(hours=1))
        start, end = parse_interval("2026-11-21T12:00:00Z/2026-11-21T13:00:00Z")
        self.assertEqual(end - start, timedelta(hours=1))
        self.assertIsNone(parse_interval("2026-11-21T12:00:00Z")[1])
        with self.assertRaises(ValueError):
            parse_interval("2026-11-21T12:00:00Z/P999999999D")


if __name__ == "__main__":
    unittest.main()
