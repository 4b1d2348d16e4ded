import threading
import time
import unittest

from planisphere import (
    Federation,
    LocalPlatform,
    NoOffer,
    OfferSet,
    Registry,
    RemotePlatform,
    Silence,
    Terms,
    kinds,
    process,
)

from .fake import FakePlanner

TASK = process(["/bin/true"])


class Here(LocalPlatform):
    def decide(self, request):
        return [Terms()]

    def run(self, run):
        run.write("here\n")


class FederationCase(unittest.TestCase):
    def fake(self):
        fake = FakePlanner()
        self.addCleanup(fake.close)
        return fake

    def here(self, name="here"):
        here = Here(name)
        self.addCleanup(here.close)
        return here


class AskingTest(FederationCase):
    def test_platformsOfEverySortAnswerTheSameQuestion(self):
        far, full = self.fake(), self.fake()
        far.offers(1)
        full.on("POST", "/planner/requests", lambda call: call.json(full.no("It is full.")))
        federation = Federation([self.here(), RemotePlatform(far.url, name="far"), RemotePlatform(full.url, name="full")])
        answers = federation.ask(TASK)
        self.assertEqual([each.platform for each in answers.sets], ["here", "far", "full"])
        self.assertEqual({each.platform for each in answers.offers}, {"here", "far"})
        self.assertEqual(answers.reasons, ["full: It is full."])
        self.assertEqual({type(each) for each in answers.sets}, {OfferSet})

    def test_oneDeadlineForTheWholeQuestion(self):
        hanging = [self.fake() for _ in range(3)]
        for each in hanging:
            each.on("POST", "/planner/requests", lambda call, f=each: f.closed.wait(20))
        federation = Federation([self.here(), *(RemotePlatform(f.url, name=str(i)) for i, f in enumerate(hanging))])
        began = time.monotonic()
        answers = federation.ask(TASK, deadline=0.5)
        self.assertLess(time.monotonic() - began, 3.0)
        self.assertEqual(len(answers), 1)
        self.assertEqual([each.reason for each in answers.silent], ["did not answer within 0.5 s"] * 3)

    def test_whoFailsSilencesNobody(self):
        class Broken:
            name = "broken"

            def canIDoThis(self, request):
                raise RuntimeError("no idea")

        class Odd:
            name = "odd"

            def canIDoThis(self, request):
                request.executable.command = ["rm", "-rf", "/"]
                return "YES"

        garbage = self.fake()
        garbage.on("POST", "/planner/requests", lambda call: call.answer(200, b"\x00garbage"))
        dead = self.fake()
        dead.close()
        platforms = [Broken(), Odd(), RemotePlatform(garbage.url, name="garbage"), RemotePlatform(dead.url, name="dead"), self.here()]
        answers = Federation(platforms).ask(TASK)
        self.assertEqual(len(answers), 1)
        said = {each.platform: each.reason for each in answers.silent}
        self.assertEqual(said["broken"], "failed: RuntimeError: no idea")
        self.assertEqual(said["odd"], "answered no OfferSet")
        self.assertIn("malformed", said["garbage"])
        self.assertIn("refuses the connection", said["dead"])
        self.assertEqual(TASK.executable.command, ["/bin/true"])

    def test_answersAreToldAsTheyCome(self):
        told = []
        Federation([self.here("a"), self.here("b")]).ask(TASK, on_answer=told.append)
        self.assertEqual({each.platform for each in told}, {"a", "b"})

    def test_offersThatComeTooLateAreGivenBack(self):
        late = self.fake()
        go, rejected = threading.Event(), threading.Event()

        def slow(call):
            go.wait(20)
            call.json(late.yes(1))

        def update(call):
            if b"REJECTED" in call.body:
                rejected.set()
            call.json(late.session(1, "REJECTED"))

        late.on("POST", "/planner/requests", slow)
        late.on("POST", "/planner/sessions/1", update)
        answers = Federation([RemotePlatform(late.url)]).ask(TASK, deadline=0.2)
        self.assertIsInstance(answers.silent[0], Silence)
        go.set()
        self.assertTrue(rejected.wait(20))

    def test_nobodyThereIsNoOffer(self):
        with self.assertRaisesRegex(NoOffer, "nobody was asked"):
            Federation([]).ask(TASK).best


class AcceptingTest(FederationCase):
    def test_theNextBestIsTakenWhenTheBestHasGone(self):
        far = self.fake()
        far.offers(1, 2)
        far.on("POST", "/planner/sessions/1", lambda call: call.problem(409, "conflict"))
        answers = Federation([RemotePlatform(far.url, name="far")]).ask(TASK)
        self.assertEqual(answers.accept().url, f"{far.url}/sessions/2")

    def test_whenAllHaveGoneItSaysSo(self):
        far = self.fake()
        far.offers(1)
        far.on("POST", "/planner/sessions/1", lambda call: call.problem(409, "conflict"))
        with self.assertRaisesRegex(NoOffer, "every offer was gone"):
            Federation([RemotePlatform(far.url)]).ask(TASK).accept()

    def test_theOtherPlatformsOffersAreGivenBack(self):
        near, far = self.here(), self.fake()
        far.offers(1, 2)
        answers = Federation([near, RemotePlatform(far.url, name="far")]).ask(TASK)
        mine = next(each for each in answers if each.platform == "here")
        answers.accept(mine, reject_others=True).wait(timeout=20)
        self.assertEqual([each.body.count(b"REJECTED") for each in far.calls if "/sessions/" in each.path], [1, 1])

    def test_theSiblingsOfTheAcceptedAreLeftToTheirPlanner(self):
        far = self.fake()
        far.offers(1, 2)
        Federation([RemotePlatform(far.url)]).ask(TASK).accept(reject_others=True)
        self.assertEqual(len([each for each in far.calls if "/sessions/" in each.path]), 1)


class RegistryTest(FederationCase):
    def record(self, title, *urls, standard=kinds.EXECUTION_BROKER + "#rest-1.0", type="vs:ParamHTTP"):
        interfaces = [{"accessURL": url, "type": type} for url in urls]
        return {"identifier": "ivo://x/" + title, "title": title, "capabilities": [{"standardID": standard, "interfaces": interfaces}]}

    def registry(self, *items):
        fake = self.fake()

        def search(call):
            if "page=2" in call.path:
                call.json({"items": items[1:]})
            else:
                call.json({"items": items[:1], "next": "?page=2"})

        fake.on("GET", "/registry/search", search)
        return fake

    def test_plannersAreFoundPageByPageAndAsked(self):
        one, two = self.fake(), self.fake()
        one.offers(1)
        two.offers(1)
        registry = self.registry(self.record("One", one.url), self.record("Two", two.url + "/", two.url))
        federation = Federation.from_registry(registry.origin + "/registry")
        self.assertEqual([each.name for each in federation.platforms], ["One", "Two"])
        self.assertEqual(len(federation.ask(TASK)), 2)

    def test_whatIsNoPlannerIsLeftOut(self):
        registry = self.registry(
            self.record("File", "file:///etc/passwd"),
            self.record("Page", "http://127.0.0.1:9/", type="vr:WebBrowser"),
            self.record("Other", "http://127.0.0.1:9/", standard="ivo://ivoa.net/std/TAP"),
            self.record("Cloud", "http://169.254.169.254/latest"),
            self.record("Upper", "http://127.0.0.1:9/planner", standard=kinds.EXECUTION_BROKER.upper()),
        )
        self.assertEqual([each.name for each in Federation.from_registry(registry.origin + "/registry").platforms], ["Upper"])

    def test_plannersOfOneNameAreToldApart(self):
        registry = self.registry(self.record("Same", "http://127.0.0.1:9/a"), self.record("Same", "http://127.0.0.1:9/b"))
        names = [each.name for each in Federation.from_registry(registry.origin + "/registry").platforms]
        self.assertEqual(names, ["Same", "Same (2)"])

    def test_aTokenIsNotShownToWhoeverRegistered(self):
        with self.assertRaises(ValueError):
            Federation.from_registry("http://127.0.0.1:9/registry", token="secret")

    def test_wordsAreSearched(self):
        registry = self.registry(self.record("One", "http://127.0.0.1:9/a"))
        list(Registry(registry.origin + "/registry").search("a & b"))
        self.assertIn("q=a+%26+b", registry.calls[0].path)


if __name__ == "__main__":
    unittest.main()
