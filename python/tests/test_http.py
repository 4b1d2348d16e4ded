import os
import threading
import time
import unittest

from planisphere import (
    BadAnswer,
    Conflict,
    NotFound,
    NotReachable,
    PlannerProblem,
    RemotePlatform,
    Unavailable,
    process,
    tokens,
    wire,
)
from planisphere._http import Http
from planisphere._net import Address, resolve

from .fake import FakePlanner

TASK = process(["/bin/true"])


class HttpCase(unittest.TestCase):
    def setUp(self):
        self.fake = FakePlanner()
        self.addCleanup(self.fake.close)

    def planner(self, **more):
        more.setdefault("timeout", 5.0)
        return RemotePlatform(self.fake.url, **more)


class AskingTest(HttpCase):
    def test_theSetThatComesWithA303IsTaken(self):
        self.fake.offers(1, 2)
        answer = self.planner().canIDoThis(TASK)
        self.assertTrue(answer.yes)
        self.assertEqual([each.url for each in answer], [f"{self.fake.url}/sessions/{n}" for n in (1, 2)])
        self.assertEqual(len(self.fake.calls), 1)

    def test_a303WithoutABodyIsFollowed(self):
        self.fake.on("POST", "/planner/requests", lambda call: call.answer(303, b"", Location="/planner/offersets/s"))
        self.fake.on("GET", "/planner/offersets/s", lambda call: call.json(self.fake.yes(1)))
        self.assertTrue(self.planner().canIDoThis(TASK).yes)
        self.assertNotIn("Idempotency-Key", self.fake.calls[1].headers)

    def test_aNoTellsWhy(self):
        self.fake.on("POST", "/planner/requests", lambda call: call.json(self.fake.no("It is full."), 303))
        answer = self.planner().canIDoThis(TASK)
        self.assertFalse(answer)
        self.assertEqual(answer.reasons, ["It is full."])

    def test_aProblemIsRaisedWithItsDocument(self):
        self.fake.on("POST", "/planner/requests", lambda call: call.problem(400, "invalid-document"))
        with self.assertRaises(PlannerProblem) as caught:
            self.planner().canIDoThis(TASK)
        self.assertEqual((caught.exception.status, caught.exception.word), (400, "invalid-document"))
        self.assertEqual(caught.exception.problem.detail, "It is invalid-document.")

    def test_aProblemInAnyFormIsRaised(self):
        pages = [
            ("text/html", b"<h1>Oops</h1>"),
            ("application/problem+json", b"{broken"),
            ("application/problem+json", b'{"status": "four"}'),
            ("text/plain", b"no\x1b[31m\nway"),
        ]
        for type, body in pages:
            self.fake.on("POST", "/planner/requests", lambda call, t=type, b=body: call.answer(404, b, t))
            with self.subTest(type), self.assertRaises(NotFound) as caught:
                self.planner().canIDoThis(TASK)
            self.assertNotIn("\x1b", str(caught.exception))

    def test_whatIsNoDocumentIsNoAnswer(self):
        for type, body in (("text/html", b"<p>"), ("application/json", b"[1]"), ("application/json", b"{"), (None, b"{}")):
            self.fake.on(
                "POST", "/planner/requests", lambda call, t=type, b=body: (call.begin(200, t), call.write(b))
            )
            with self.subTest(type=type, body=body), self.assertRaises(BadAnswer):
                self.planner().canIDoThis(TASK)

    def test_anOfferWithoutAnAddressIsNoOffer(self):
        tree = self.fake.yes(1)
        for meta in ({}, {"url": "file:///etc/passwd"}, {"url": "http://user:pw@127.0.0.1/"}, {"url": "gopher://x/"}):
            tree["offers"][0]["meta"] = meta
            self.fake.on("POST", "/planner/requests", lambda call: call.json(tree))
            with self.subTest(meta), self.assertRaises(BadAnswer):
                self.planner().canIDoThis(TASK)


class BoundsTest(HttpCase):
    def test_anAnswerThatIsAnnouncedTooLargeIsNotRead(self):
        self.fake.on("POST", "/planner/requests", lambda call: call.begin(200, "application/json", Content_Length="99999999999"))
        with self.assertRaises(BadAnswer):
            self.planner().canIDoThis(TASK)

    def test_anAnswerWithoutEndIsCutOff(self):
        def endless(call):
            call.begin(200, "application/json")
            while not self.fake.closed.is_set():
                call.handler.wfile.write(b" " * 65536)

        self.fake.on("POST", "/planner/requests", endless)
        with self.assertRaises(BadAnswer):
            self.planner(timeout=30.0).canIDoThis(TASK)

    def test_aTrickleEndsWithTheDeadline(self):
        def trickle(call):
            call.begin(200, "application/json")
            while not self.fake.closed.wait(0.02):
                call.handler.wfile.write(b" ")

        self.fake.on("GET", "/planner/me", trickle)
        began = time.monotonic()
        with self.assertRaises(NotReachable):
            self.planner(timeout=0.4).me()
        self.assertLess(time.monotonic() - began, 3.0)

    def test_aTrickleOfHeadersEndsWithTheDeadline(self):
        def trickle(call):
            call.handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while not self.fake.closed.wait(0.02):
                call.handler.wfile.write(b"x")

        self.fake.on("GET", "/planner/me", trickle)
        with self.assertRaises(NotReachable):
            self.planner(timeout=0.4).me()

    def test_oneThatHangsEndsWithTheDeadline(self):
        self.fake.on("GET", "/planner/me", lambda call: self.fake.closed.wait(20))
        with self.assertRaises(NotReachable):
            self.planner(timeout=0.3).me()

    def test_nobodyThere(self):
        self.fake.close()
        with self.assertRaises(NotReachable):
            self.planner(timeout=1.0).me()

    def test_anEncodingThatWasNotAskedForIsRefused(self):
        self.fake.on("GET", "/planner/me", lambda call: call.answer(200, b"\x1f\x8b", Content_Encoding="gzip"))
        with self.assertRaises(BadAnswer):
            self.planner().me()

    def test_aListThatRunsInACircleIsRefused(self):
        self.fake.on("GET", "/planner/sessions", lambda call: call.json({"items": [], "next": call.path}))
        with self.assertRaises(BadAnswer):
            self.planner().sessions()


class RepeatingTest(HttpCase):
    def test_aCutCallIsRepeatedUnderTheSameKey(self):
        def route(call):
            if len(self.fake.calls) < 3:
                call.cut()
            else:
                call.json(self.fake.yes(1))

        self.fake.on("POST", "/planner/requests", route)
        self.assertTrue(self.planner().canIDoThis(TASK).yes)
        self.assertEqual(len({each.headers["Idempotency-Key"] for each in self.fake.calls}), 1)
        self.assertEqual(len({each.body for each in self.fake.calls}), 1)

    def test_anAnswerCutInTheMiddleIsAskedForAgain(self):
        def route(call):
            if len(self.fake.calls) == 1:
                call.begin(200, "application/json", Content_Length="1000")
                call.write(b'{"id": ')
                call.cut()
            else:
                call.json({"id": "x"})

        self.fake.on("GET", "/planner/me", route)
        self.assertEqual(self.planner().me().id, "x")

    def test_aTwinUnderWayIsWaitedFor(self):
        def route(call):
            if len(self.fake.calls) == 1:
                call.cut()
            elif len(self.fake.calls) == 2:
                call.problem(409, "twin-under-way")
            else:
                call.json(self.fake.yes(1))

        self.fake.on("POST", "/planner/requests", route)
        self.assertTrue(self.planner().canIDoThis(TASK).yes)

    def test_aPlannerThatAsksToComeBackIsAskedAgain(self):
        def route(call):
            if len(self.fake.calls) == 1:
                call.problem(503, "unavailable", Retry_After="0")
            else:
                call.json({"id": "x"})

        self.fake.on("GET", "/planner/me", route)
        self.assertEqual(self.planner().me().id, "x")

    def test_oneThatAsksToComeBackTooLateIsNotWaitedFor(self):
        self.fake.on("GET", "/planner/me", lambda call: call.problem(503, "unavailable", Retry_After="3600"))
        with self.assertRaises(Unavailable) as caught:
            self.planner().me()
        self.assertEqual(caught.exception.retry_after, 3600)

    def test_otherProblemsAreNotRepeated(self):
        self.fake.on("POST", "/planner/requests", lambda call: call.problem(409, "conflict"))
        with self.assertRaises(Conflict):
            self.planner().canIDoThis(TASK)
        self.assertEqual(len(self.fake.calls), 1)


class TokenTest(HttpCase):
    def setUp(self):
        super().setUp()
        self.other = FakePlanner()
        self.addCleanup(self.other.close)
        self.other.on("GET", "/planner/me", lambda call: call.json({"id": "other"}))

    def test_theTokenIsShownToThePlanner(self):
        self.fake.on("GET", "/planner/me", lambda call: call.json({"id": "x"}))
        self.planner(token="secret").me()
        self.assertEqual(self.fake.calls[0].headers["Authorization"], "Bearer secret")

    def test_theTokenDoesNotFollowARedirectionToAnotherServer(self):
        self.fake.on("GET", "/planner/me", lambda call: call.answer(302, Location=self.other.url + "/me"))
        self.assertEqual(self.planner(token="secret").me().id, "other")
        self.assertNotIn("Authorization", self.other.calls[0].headers)

    def test_theTokenDoesNotFollowALinkToAnotherServer(self):
        tree = self.fake.yes(1)
        tree["offers"][0]["meta"]["url"] = self.other.url + "/sessions/1"
        self.fake.on("POST", "/planner/requests", lambda call: call.json(tree))
        self.other.offers(1)
        self.planner(token="secret").canIDoThis(TASK)[0].accept()
        self.assertNotIn("Authorization", self.other.calls[0].headers)

    def test_aFunctionSaysWhichServerSeesWhichToken(self):
        self.fake.on("GET", "/planner/me", lambda call: call.answer(302, Location=self.other.url + "/me"))
        self.planner(token={self.fake.origin: "one", self.other.origin: "two"}.get).me()
        self.assertEqual(self.fake.calls[0].headers["Authorization"], "Bearer one")
        self.assertEqual(self.other.calls[0].headers["Authorization"], "Bearer two")

    def test_aFunctionIsAskedAtEveryCall(self):
        self.fake.on("GET", "/planner/me", lambda call: call.json({}))
        fresh = iter(["one", "two"])
        planner = self.planner(token=lambda origin: next(fresh))
        planner.me(), planner.me()
        self.assertEqual([each.headers["Authorization"] for each in self.fake.calls], ["Bearer one", "Bearer two"])

    def test_hostsAreNamedByPattern(self):
        choose = tokens.for_hosts("t", "*.example.org", "planner.net")
        self.assertEqual(choose("https://a.example.org:443"), "t")
        self.assertEqual(choose("https://planner.net:8443"), "t")
        for other in ("https://example.org.evil.net:443", "https://example.org:443", "https://xplanner.net:443"):
            self.assertIsNone(choose(other))
        with self.assertRaises(ValueError):
            tokens.for_hosts("t")

    def test_noTokenTravelsInClear(self):
        with self.assertRaises(ValueError):
            RemotePlatform("http://planner.example.org/planner", token="secret")
        http = Http("http://planner.example.org", lambda origin: "secret")
        with self.assertRaises(BadAnswer):
            http._token_for(Address("http://planner.example.org/x"))
        self.assertEqual(http._token_for(Address("https://planner.example.org/x")), "secret")

    def test_aTokenThatCouldSmuggleHeadersIsRefusedAndNotShown(self):
        for token in ("a\r\nX-Evil: 1", "a b", "", "ä"):
            with self.subTest(token), self.assertRaises(ValueError) as caught:
                RemotePlatform(self.fake.url, token=token)
            if token:
                self.assertNotIn(token, str(caught.exception))

    def test_aRedirectedPostStaysAtItsServer(self):
        self.fake.on("POST", "/planner/requests", lambda call: call.answer(307, Location=self.other.url + "/requests"))
        with self.assertRaises(BadAnswer):
            self.planner().canIDoThis(TASK)
        self.assertEqual(self.other.calls, [])

    def test_redirectionsInACircleEnd(self):
        self.fake.on("GET", "/planner/me", lambda call: call.answer(302, Location="/planner/me"))
        with self.assertRaises(BadAnswer):
            self.planner().me()
        self.assertEqual(len(self.fake.calls), 6)

    def test_theEnvironmentNamesATokenAsForTheCommandLine(self):
        saved = dict(os.environ)
        try:
            os.environ["PLANISPHERE_TOKEN"] = " secret\n"
            self.assertEqual(tokens.from_environment(), "secret")
        finally:
            os.environ.clear()
            os.environ.update(saved)


class AddressTest(unittest.TestCase):
    def test_httpsUpgradesHttpAtTheUsualPortsOnly(self):
        self.assertTrue(Address("https://a.org/x").upgrades(Address("http://a.org/y")))
        self.assertFalse(Address("https://a.org:8443/x").upgrades(Address("http://a.org/y")))
        self.assertFalse(Address("https://b.org/x").upgrades(Address("http://a.org/y")))
        self.assertFalse(Address("http://a.org/x").upgrades(Address("https://a.org/y")))

    def test_aStepDownFromHttpsIsNotTaken(self):
        class Answer:
            status = 302
            headers = {"Location": "http://a.org/"}

            def close(self):
                pass

        http = Http("https://a.org")
        http._once = lambda *_: Answer()
        with self.assertRaisesRegex(BadAnswer, "from https to http"):
            http.call("GET", "https://a.org/x", {})

    def test_whatIsNoWebAddressIsRefused(self):
        for url in (
            "file:///etc/passwd",
            "ftp://a.org/",
            "http://",
            "//a.org",
            "http://a.org:99999/",
            "http://u:p@a.org/",
            "http://a.org/\r\nX: y",
            "http://a.org\\@b.org/",
            "http://ä.org/",
            "http://a.org/" + "x" * 9000,
        ):
            with self.subTest(url[:40]), self.assertRaises(ValueError):
                Address(url)

    def test_aDocumentMayNotSendAnybodyIntoTheOwnNetwork(self):
        for host in ("127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "[::1]", "[fe80::1]", "[::ffff:127.0.0.1]", "0.0.0.0"):
            with self.subTest(host), self.assertRaises(BadAnswer):
                resolve(Address(f"http://{host}/"), foreign=True, near=False)
        resolve(Address("http://127.0.0.1/"), foreign=True, near=True)
        resolve(Address("http://127.0.0.1/"), foreign=False, near=False)

    def test_nobodyIsSentToALinkLocalAddressEvenFromNearby(self):
        for host in ("169.254.169.254", "[fe80::1]", "0.0.0.0", "224.0.0.1"):
            with self.subTest(host), self.assertRaises(BadAnswer):
                resolve(Address(f"http://{host}/"), foreign=True, near=True)


class ThreadsTest(HttpCase):
    def test_aPlannerIsAskedFromManyThreads(self):
        self.fake.on("POST", "/planner/requests", lambda call: call.json(self.fake.yes(1)))
        planner = self.planner(timeout=20.0)
        answers = []
        threads = [threading.Thread(target=lambda: answers.append(planner.canIDoThis(TASK))) for _ in range(16)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        self.assertEqual([each.yes for each in answers], [True] * 16)


class DocumentTest(unittest.TestCase):
    def test_aProblemSaysEveryFault(self):
        problem = wire.Problem(detail="Two.", errors=[wire.ProblemFault("/a", "is b"), wire.ProblemFault("/c", "is d")])
        self.assertEqual(str(PlannerProblem("u", 400, problem)), "Two.\n  /a: is b\n  /c: is d")


if __name__ == "__main__":
    unittest.main()
