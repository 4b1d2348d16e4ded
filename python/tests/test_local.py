import os
import tempfile
import threading
import time
import unittest
from datetime import datetime, timedelta, timezone
from pathlib import Path

from planisphere import Conflict, LocalPlatform, NotFound, PlannerProblem, Refusal, SessionFailed, Terms, kinds, needing, process
from planisphere.wire import RequestedSchedule, Schedule
from planisphere.local import _CHOICES, _NEXT

SH = ["/bin/sh", "-c"]


class Machine(LocalPlatform):
    """What a portal writes: decides by kind and cores, runs commands."""

    shift = timedelta(0)

    def decide(self, request):
        if not kinds.same(request.executable.kind, kinds.PROCESS):
            return [Refusal("kind-not-offered", "Only processes run here.", {"asked": str(request.executable.kind)})]
        asked = request.compute.cores.min if request.compute and request.compute.cores else 1
        return [Terms(cores=asked, duration=timedelta(seconds=30), price=0.0), Terms(cores=asked + 1, price=1.5)]

    def run(self, run):
        if run.request.executable.meta:
            run.bring("input.txt", b"brought")
            run.say("Brought the input.")
        return run.call(run.request.executable.command)

    def now(self):
        return datetime.now(timezone.utc) + self.shift


class LocalCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.machine = Machine("here", cores=4, memory=8, folder=self.folder)
        self.addCleanup(self.machine.close)

    def sh(self, script, **needs):
        return needing(process([*SH, script]), **needs)


class LocalTest(LocalCase):
    def test_aTaskIsOfferedAcceptedRunAndRead(self):
        answer = self.machine.canIDoThis(self.sh("echo out; echo err >&2; echo kept > kept.txt"))
        self.assertTrue(answer.yes)
        self.assertEqual([(each.cores, each.price, each.currency) for each in answer], [(1, 0.0, "EUR"), (2, 1.5, "EUR")])
        told = []
        session = answer[0].accept().wait(timeout=20, on_event=told.append).check()
        self.assertEqual([each.phase for each in told if each.id], ["ACCEPTED", "PREPARING", "RUNNING", "RELEASING", "COMPLETED"])
        self.assertEqual((session.stdout, session.stderr), ("out\n", "err\n"))
        self.assertEqual(session.results["kept.txt"].text(), "kept\n")
        self.assertEqual([p.read_text() for p in session.results.extract(self.folder / "x")], ["kept\n"])

    def test_aNoSaysWhy(self):
        request = self.sh("true")
        request.executable.kind = kinds.NOTEBOOK
        answer = self.machine.canIDoThis(request)
        self.assertFalse(answer)
        self.assertEqual((answer.reasons, answer.messages[0].code), (["Only processes run here."], "kind-not-offered"))

    def test_anOfferHoldsWhatItOffersUntilItExpires(self):
        first = self.machine.canIDoThis(self.sh("true"))
        self.assertEqual(self.machine.held, (3, 2))
        second = self.machine.canIDoThis(self.sh("true"))
        self.assertEqual([each.cores for each in second], [1])
        self.assertEqual(self.machine.canIDoThis(self.sh("true")).messages[0].code, "busy")
        self.machine.shift = timedelta(seconds=301)
        self.assertEqual(self.machine.held, (0, 0))
        with self.assertRaises(Conflict):
            first[0].accept()
        self.assertEqual(first[0].refresh().document.phase, "EXPIRED")

    def test_acceptingOneFreesItsSiblings(self):
        answer = self.machine.canIDoThis(self.sh("true"))
        session = answer[1].accept()
        self.assertEqual(answer[0].refresh().document.phase, "REJECTED")
        with self.assertRaises(Conflict):
            answer[0].accept()
        session.wait(timeout=20)
        self.assertEqual(self.machine.held, (0, 0))

    def test_anOfferIsAcceptedOnceByWhoeverIsFirst(self):
        offer = self.machine.canIDoThis(self.sh("true"))[0]
        outcomes = []

        def accept():
            try:
                outcomes.append(offer.accept().url)
            except Conflict:
                outcomes.append(None)

        threads = [threading.Thread(target=accept) for _ in range(16)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        self.assertEqual(len([each for each in outcomes if each]), 1)

    def test_theSameKeyGetsTheSameAnswer(self):
        offer = self.machine.canIDoThis(self.sh("true"))[0]
        self.assertEqual(offer.accept("k").document, offer.accept("k").document)

    def test_aProgramThatFailsIsAFailedSession(self):
        session = self.machine.canIDoThis(self.sh("echo no >&2; exit 3"))[0].accept().wait(timeout=20)
        self.assertEqual(session.phase, "FAILED")
        with self.assertRaisesRegex(SessionFailed, "exit code 3"):
            session.check()
        self.assertEqual(session.stderr, "no\n")

    def test_codeThatFailsIsAFailedSession(self):
        self.machine.run = lambda run: 1 / 0
        session = self.machine.canIDoThis(self.sh("true"))[0].accept().wait(timeout=20)
        with self.assertRaisesRegex(SessionFailed, "ZeroDivisionError"):
            session.check()

    def test_aCommandThatIsNotThereIsAFailedSession(self):
        session = self.machine.canIDoThis(process(["/no/such/program"]))[0].accept().wait(timeout=20)
        self.assertEqual(session.phase, "FAILED")

    def test_cancellingEndsTheProgramAndItsChildren(self):
        session = self.machine.canIDoThis(self.sh("sleep 600 & echo $! > child; echo $$; wait"))[0].accept()
        parts = session.follow(timeout=20)
        self.assertTrue(next(parts).strip().isdigit())
        child = int(next(self.folder.rglob("child")).read_text())
        session.cancel()
        self.assertEqual(session.wait(timeout=20).phase, "CANCELLED")
        deadline = time.monotonic() + 10
        gone = threading.Event()
        while time.monotonic() < deadline and not gone.wait(0.02):
            try:
                state = Path(f"/proc/{child}/stat").read_text().rsplit(")", 1)[1].split()[0]
            except FileNotFoundError:
                state = "X"
            if state in "XZ":
                gone.set()
        self.assertTrue(gone.is_set())
        self.assertEqual(self.machine.held, (0, 0))

    def test_theGrantedTimeIsTheEnd(self):
        self.machine.decide = lambda request: [Terms(duration=timedelta(milliseconds=300))]
        session = self.machine.canIDoThis(self.sh("sleep 600"))[0].accept().wait(timeout=20)
        with self.assertRaisesRegex(SessionFailed, "time is over"):
            session.check()

    def test_nothingOfThePortalsEnvironmentIsSeen(self):
        os.environ["PORTAL_SECRET"] = "s3cret"
        self.addCleanup(os.environ.pop, "PORTAL_SECRET")
        session = self.machine.canIDoThis(self.sh("env"))[0].accept().wait(timeout=20)
        self.assertNotIn("s3cret", session.stdout)
        self.assertIn("PLANISPHERE_CORES=1", session.stdout)

    def test_whatWasBroughtIsNoResultAndALinkIsNone(self):
        task = process([*SH, "cat input.txt; ln -s /etc/passwd link; echo x > y"], name="n")
        session = self.machine.canIDoThis(task)[0].accept().wait(timeout=20)
        self.assertEqual((session.stdout, session.results.names), ("brought", ["y"]))

    def test_aSessionIsDeletedWhenItHasEnded(self):
        offer = self.machine.canIDoThis(self.sh("true"))[0]
        session = offer.accept().wait(timeout=20)
        session.delete()
        with self.assertRaises(NotFound):
            session.refresh()
        with self.assertRaises(Conflict):
            self.machine.canIDoThis(self.sh("sleep 60"))[0].accept().delete()

    def test_whatEndedLongAgoIsForgottenWithItsFolder(self):
        answer = self.machine.canIDoThis(self.sh("echo x > y"))
        session = answer[0].accept().wait(timeout=20)
        self.machine.shift = timedelta(minutes=11)
        self.machine.canIDoThis(self.sh("true"))
        with self.assertRaises(NotFound):
            answer[1].refresh()
        self.assertTrue(session.refresh().ok)
        self.machine.shift = timedelta(days=2)
        with self.assertRaises(NotFound):
            session.refresh()
        self.assertEqual(list(self.folder.rglob("y")), [])

    def test_aRequestThatCannotBeIsAProblemAsAtAPlanner(self):
        request = self.sh("true")
        request.schedule = Schedule(requested=RequestedSchedule(duration="soon"))
        self.machine.decide = lambda request: [Terms()]
        with self.assertRaises(PlannerProblem) as caught:
            self.machine.canIDoThis(request)
        self.assertEqual(caught.exception.word, "invalid-document")

    def test_aKeyStandsForOneChange(self):
        offer = self.machine.canIDoThis(self.sh("sleep 60"))[0]
        session = offer.accept("k")
        with self.assertRaisesRegex(PlannerProblem, "another change"):
            session.update("phase", "CANCELLED", "k")

    def test_waitingHasAnEnd(self):
        session = self.machine.canIDoThis(self.sh("sleep 60"))[0].accept()
        with self.assertRaises(TimeoutError):
            session.wait(timeout=0.2)

    def test_closingEndsWhatRunsAndLeavesNothing(self):
        session = self.machine.canIDoThis(self.sh("sleep 600"))[0].accept()
        next(session.events(timeout=20))
        self.machine.close()
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_whoTakesNothingSaysSo(self):
        self.machine.decide = lambda request: []
        self.assertEqual(self.machine.canIDoThis(self.sh("true")).reasons, ["here does not run this."])


class PhasesTest(LocalCase):
    def test_phasesMoveAlongTheirTableOnly(self):
        phases = set(_NEXT) | {each for ends in _NEXT.values() for each in ends}
        self.assertEqual(phases - set(_NEXT), kinds.TERMINAL)
        for phase, choices in _CHOICES.items():
            self.assertLessEqual(set(choices), _NEXT[phase])

    def test_atNoInstantIsMoreHeldThanThereIs(self):
        """Many askers, accepters and rejecters at once; what is held never exceeds what there is, and all comes back."""
        over = []

        def work(seed):
            for i in range(25):
                for offer in self.machine.canIDoThis(self.sh("true", cores=1 + (seed + i) % 3)):
                    if self.machine.held[0] > 4:
                        over.append(self.machine.held)
                    try:
                        if (seed + i) % 5 == 0:
                            offer.accept()
                        else:
                            offer.reject()
                    except Conflict:
                        pass

        threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        self.assertEqual(over, [])
        for url in list(self.machine._sessions._kept):
            for _ in self.machine._sessions.events(url, 0, 20):
                pass
        self.assertEqual(self.machine.held, (0, 0))


if __name__ == "__main__":
    unittest.main()
