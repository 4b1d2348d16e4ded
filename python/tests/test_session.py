import hashlib
import io
import os
import tempfile
import unittest
import zipfile
from pathlib import Path
from unittest import mock

from planisphere import BadAnswer, NotFound, RemotePlatform, SessionFailed, UnsafeArchive
from planisphere import remote
from planisphere._events import Parser

from .fake import FakePlanner


def frame(id, phase, type="phase"):
    return f'event: {type}\nid: {id}\ndata: {{"phase": "{phase}", "message": "Now {phase}.", "values": {{"n": "{id}"}}}}\n\n'.encode()


class SessionCase(unittest.TestCase):
    def setUp(self):
        self.fake = FakePlanner()
        self.addCleanup(self.fake.close)
        self.phase = "ACCEPTED"
        self.fake.on("GET", "/planner/sessions/1", lambda call: call.json(self.fake.session(1, self.phase)))
        self.session = RemotePlatform(self.fake.url, timeout=5.0).session(self.fake.url + "/sessions/1")

    def stream(self, *connections):
        """What each connection sends before it is closed; the session has ended with the last one."""

        def route(call):
            number = len(self.fake.asked("GET", "/planner/sessions/1/events"))
            call.begin(200, "text/event-stream")
            *parts, last = connections[number - 1]
            for part in parts:
                call.write(part)
            if number == len(connections):
                # Before it is told: whoever hears of it may look at once.
                self.phase = "COMPLETED"
            call.write(last)
            call.cut()

        self.fake.on("GET", "/planner/sessions/1/events", route)


class WaitingTest(SessionCase):
    def test_aSessionIsWaitedForToItsEnd(self):
        self.stream([b": hello\n\n", frame(1, "RUNNING"), frame(2, "COMPLETED")])
        told = []
        self.assertTrue(self.session.wait(on_event=told.append).ok)
        self.assertEqual([(each.id, each.phase, each.text) for each in told], [(1, "RUNNING", "Now RUNNING."), (2, "COMPLETED", "Now COMPLETED.")])

    def test_aCutStreamGoesOnWhereItWas(self):
        self.stream([frame(1, "PREPARING"), frame(2, "RUNNING")], [frame(2, "RUNNING"), frame(3, "COMPLETED")])
        told = []
        self.session.wait(on_event=told.append)
        self.assertEqual([each.id for each in told], [1, 2, 3])
        calls = self.fake.asked("GET", "/planner/sessions/1/events")
        self.assertNotIn("Last-Event-ID", calls[0].headers)
        self.assertEqual(calls[1].headers["Last-Event-ID"], "2")

    def test_anEventInPiecesIsOneEvent(self):
        whole = frame(1, "COMPLETED")
        self.stream([whole[:5], whole[5:40], whole[40:]])
        self.assertTrue(self.session.wait().ok)

    def test_outputIsToldWithoutANumberEachTime(self):
        output = b'event: output\ndata: {"phase": "RUNNING", "values": {"stdout": "6"}}\n\n'
        self.stream([output, output, frame(1, "COMPLETED")])
        told = []
        self.session.wait(on_event=told.append)
        self.assertEqual([each.type for each in told], ["output", "output", "phase"])

    def test_aStreamThatIsClosedAfterTheEndIsTheEnd(self):
        self.stream([b": nothing\n\n"])
        self.assertTrue(self.session.wait().ok)

    def test_waitingHasAnEnd(self):
        def hang(call):
            call.begin(200, "text/event-stream")
            call.write(b": \n\n")
            self.fake.closed.wait(20)

        self.fake.on("GET", "/planner/sessions/1/events", hang)
        with self.assertRaises(TimeoutError):
            self.session.wait(timeout=0.3)

    def test_aSessionThatIsNotThereIsNotWaitedFor(self):
        with self.assertRaises(NotFound):
            self.session.wait()

    def test_aPlannerThatComesBackIsFoundAgain(self):
        def route(call):
            if len(self.fake.asked("GET", "/planner/sessions/1/events")) == 1:
                call.problem(503, "unavailable", Retry_After="0")
            else:
                self.phase = "COMPLETED"
                call.begin(200, "text/event-stream")
                call.write(frame(1, "COMPLETED"))

        self.fake.on("GET", "/planner/sessions/1/events", route)
        self.assertTrue(self.session.wait().ok)

    def test_onePlannerThatStaysAwayIsGivenUp(self):
        self.fake.on("GET", "/planner/sessions/1/events", lambda call: call.cut())
        with mock.patch.object(remote, "PATIENCE", 0.2), self.assertRaises(remote.NotReachable):
            self.session.wait()

    def test_anEventThatIsTooLargeOrNoJsonIsRefused(self):
        for body in (b"data: " + b"x" * (2 * 1024 * 1024), b"data: nonsense\n\n", b"data: []\n\n"):
            with self.assertRaises(BadAnswer):
                list(Parser("u").feed(body + b"\n\n"))

    def test_linesMayEndInAnyWay(self):
        for end in (b"\n", b"\r\n", b"\r"):
            parser = Parser("u")
            data = b"id: 7" + end + b"data: {}" + end + end + b": end" + end
            found = [event for i in range(len(data)) for event in parser.feed(data[i : i + 1])]
            self.assertEqual([each.id for each in found], [7], end)

    def test_aFailedSessionSaysWhy(self):
        self.phase = "FAILED"
        self.fake.on("GET", "/planner/sessions/1/stderr", lambda call: call.answer(200, b"Traceback: boom\n", "text/plain"))
        with self.assertRaisesRegex(SessionFailed, "boom"):
            self.session.refresh().check()


class ChangingTest(SessionCase):
    def test_anUpdateHasTheKindOfItsOption(self):
        option = {"kind": "uri:integer-value-option", "path": "schedule/available/duration", "min": 1, "max": 9, "units": "s"}
        tree = self.fake.session(1, "RUNNING")
        tree["meta"]["options"] = [option]
        self.fake.on("GET", "/planner/sessions/1", lambda call: call.json(tree))
        self.fake.on("POST", "/planner/sessions/1", lambda call: call.json(tree))
        self.session.refresh().update("/schedule/available/duration", 5)
        self.session.lengthen("PT1M")
        bodies = [each.body for each in self.fake.asked("POST", "/planner/sessions/1")]
        self.assertEqual(bodies[0], b'{"kind": "uri:integer-value-update", "path": "/schedule/available/duration", "value": 5, "units": "s"}')
        self.assertIn(b'"delta": 60', bodies[1])

    def test_onlyWhatGoesOnIsCancelled(self):
        self.phase = "COMPLETED"
        self.session.cancel()
        self.assertEqual(self.fake.asked("POST", "/planner/sessions/1"), [])


class OutputTest(SessionCase):
    def test_outputIsReadInPiecesToItsEnd(self):
        text = os.urandom(3 * 1024 * 1024 + 17)

        def route(call):
            first, last = (int(each) for each in call.headers["Range"][6:].split("-"))
            if first >= len(text):
                return call.problem(416, "range-not-satisfiable")
            part = text[first : last + 1]
            call.answer(206, part, "text/plain", Content_Range=f"bytes {first}-{first + len(part) - 1}/{len(text)}")

        self.fake.on("GET", "/planner/sessions/1/stdout", route)
        self.assertEqual(self.session.output(), text)
        self.assertEqual(self.session.output(start=1024 * 1024 * 3), text[1024 * 1024 * 3 :])

    def test_anotherPartThanAskedIsRefused(self):
        self.fake.on("GET", "/planner/sessions/1/stdout", lambda call: call.answer(206, b"x", "text/plain", Content_Range="bytes 7-7/8"))
        with self.assertRaises(BadAnswer):
            self.session.stdout


class ResultsTest(SessionCase):
    def setUp(self):
        super().setUp()
        self.files = {"a.txt": b"alpha\n", "tables/b c.csv": b"x,y\n" * 1000, "empty": b""}
        self.folder = self.enterFolder()
        self.list()
        for name, body in self.files.items():
            self.fake.on("GET", "/planner/sessions/1/results/" + name.replace(" ", "%20"), lambda call, b=body: call.answer(200, b, "text/plain"))

    def enterFolder(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return Path(folder.name)

    def list(self, **changed):
        items = [
            {
                "name": name,
                "size": len(body),
                "sha256": hashlib.sha256(body).hexdigest(),
                "url": f"{self.fake.url}/sessions/1/results/{name.replace(' ', '%20')}",
                **changed,
            }
            for name, body in self.files.items()
        ]
        self.fake.on("GET", "/planner/sessions/1/results", lambda call: call.json({"items": items}))

    def zip(self, entries):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for entry, body in entries:
                archive.writestr(entry, body)
        self.fake.on("GET", "/planner/sessions/1/results.zip", lambda call: call.answer(200, out.getvalue(), "application/zip"))

    def test_resultsAreListedReadAndSaved(self):
        results = self.session.results
        self.assertEqual(results.names, list(self.files))
        self.assertEqual(results["a.txt"].text(), "alpha\n")
        self.assertIn("empty", results)
        for path, (name, body) in zip(results.save(self.folder), self.files.items()):
            self.assertEqual(path, self.folder.resolve() / name)
            self.assertEqual(path.read_bytes(), body)
        self.assertEqual([each for each in self.folder.rglob(".part-*")], [])

    def test_wrongBytesAreRefusedAndLeaveNothing(self):
        self.list(sha256="0" * 64)
        for each in self.session.results:
            with self.subTest(each.name), self.assertRaises(BadAnswer):
                each.save(self.folder)
        self.assertEqual([each for each in self.folder.rglob("*") if each.is_file()], [])

    def test_moreOrFewerBytesThanListedAreRefused(self):
        for size in (1, 5, 7, 10**9):
            self.list(size=size)
            with self.subTest(size), self.assertRaises(BadAnswer):
                self.session.results["a.txt"].save(self.folder)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_aCutDownloadGoesOnWhereItWas(self):
        body = self.files["tables/b c.csv"]

        def route(call):
            asked = call.headers["Range"]
            if asked is None:
                call.begin(200, "text/csv", Content_Length=str(len(body)))
                call.write(body[:1500])
                call.cut()
            else:
                start = int(asked[6:-1])
                call.answer(206, body[start:], "text/csv", Content_Range=f"bytes {start}-{len(body) - 1}/{len(body)}")

        self.fake.on("GET", "/planner/sessions/1/results/tables/b%20c.csv", route)
        self.assertEqual(self.session.results["tables/b c.csv"].read(), body)
        calls = self.fake.asked("GET", "/planner/sessions/1/results/tables/b%20c.csv")
        self.assertEqual([each.headers["Range"] for each in calls], [None, "bytes=1500-"])

    def test_namesThatLeadOutOfTheFolderAreRefused(self):
        inner = self.folder / "inner"
        for name in ("../a", "/etc/a", "x/../../a", "", ".", "a//b", "a\nb", "a\x00b", "./a"):
            self.list(name=name)
            with self.subTest(name), self.assertRaises(UnsafeArchive):
                self.session.results[0].save(inner)
        self.assertFalse((self.folder / "a").exists())

    def test_aLinkInTheFolderDoesNotLeadOut(self):
        inner = self.folder / "inner"
        inner.mkdir()
        (inner / "tables").symlink_to(self.folder)
        with self.assertRaises(UnsafeArchive):
            self.session.results["tables/b c.csv"].save(inner)
        outside = self.folder / "outside"
        outside.write_text("mine")
        (inner / "a.txt").symlink_to(outside)
        self.session.results["a.txt"].save(inner)
        self.assertEqual(outside.read_text(), "mine")

    def test_aResultWithoutASumIsNoResult(self):
        self.list(sha256=None)
        with self.assertRaises(BadAnswer):
            self.session.results

    def test_anArchiveIsUnpackedWhenItIsWhatTheListSays(self):
        self.zip(list(self.files.items()))
        paths = self.session.results.extract(self.folder)
        self.assertEqual([each.read_bytes() for each in paths], list(self.files.values()))
        saved = self.session.results.archive(self.folder / "all.zip")
        self.assertEqual(sorted(zipfile.ZipFile(saved).namelist()), sorted(self.files))

    def test_hostileArchivesAreRefused(self):
        good = list(self.files.items())
        link = zipfile.ZipInfo("a.txt")
        link.external_attr = 0o120777 << 16
        for what, entries in {
            "escapes": [*good, ("../evil", b"x")],
            "more than listed": [*good, ("more", b"x")],
            "less than listed": good[1:],
            "a link": [(link, b"/etc/passwd"), *good[1:]],
            "a bomb": [("a.txt", b"\0" * 50_000_000), *good[1:]],
            "other bytes": [("a.txt", b"ALPHA\n"), *good[1:]],
        }.items():
            self.zip(entries)
            with self.subTest(what), self.assertRaises((UnsafeArchive, BadAnswer)):
                self.session.results.extract(self.folder / "out")
        self.assertEqual([each for each in self.folder.rglob("evil")], [])
        self.fake.on("GET", "/planner/sessions/1/results.zip", lambda call: call.answer(200, b"no zip", "application/zip"))
        with self.assertRaises(UnsafeArchive):
            self.session.results.archive(self.folder / "all.zip")
        self.assertFalse((self.folder / "all.zip").exists())

    def test_anArchiveWithoutEndIsCutOff(self):
        def endless(call):
            call.begin(200, "application/zip")
            while not self.fake.closed.is_set():
                call.handler.wfile.write(b"0" * 65536)

        self.fake.on("GET", "/planner/sessions/1/results.zip", endless)
        with self.assertRaises(BadAnswer):
            self.session.results.extract(self.folder)


if __name__ == "__main__":
    unittest.main()
