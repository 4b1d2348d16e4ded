import contextlib
import io
import unittest
from datetime import timedelta
from html.parser import HTMLParser
from xml.etree import ElementTree

from planisphere import Federation, LocalPlatform, Offer, Refusal, Terms, process
from planisphere.display import offers_html, session_html, time_plot
from planisphere.wire import ExecutionSession, Meta

EVIL = '<script>alert(1)</script>"\' onload=x \x1b[31m'


class Evil(LocalPlatform):
    def decide(self, request):
        if request.executable.command[0] == "no":
            return [Refusal("busy", EVIL)]
        return [Terms(price=0.5, currency="eur", duration=timedelta(minutes=5)), Terms(price=0.0)]

    def run(self, run):
        run.say(EVIL)


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags = []
        self.text = ""

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text += data


class DisplayTest(unittest.TestCase):
    def setUp(self):
        self.evil = Evil(EVIL, cores=8, memory=8)
        self.addCleanup(self.evil.close)

    def parsed(self, html):
        tags = Tags()
        tags.feed(html)
        self.assertNotIn("\x1b", html)
        for tag, attributes in tags.tags:
            self.assertNotEqual(tag, "script")
            self.assertFalse([each for each in attributes if each.startswith("on")], attributes)
        return tags

    def test_aTerminalIsShownALineForEachOfferAndReason(self):
        shown = str(Federation([self.evil]).ask(process(["yes"])))
        self.assertEqual(len(shown.splitlines()), 3)
        self.assertIn("0.5 EUR", shown)
        self.assertNotIn("\x1b", shown)
        refused = str(Federation([self.evil]).ask(process(["no"])))
        self.assertTrue(refused.startswith("Nobody offers to run it.\nNot offered: "), refused)
        self.assertNotIn("\x1b", refused)

    def test_offersAreATableAndAPlot(self):
        answers = Federation([self.evil]).ask(process(["yes"]))
        tags = self.parsed(answers._repr_html_())
        self.assertIn("0.5 EUR", tags.text)
        self.assertIn("free", tags.text)
        self.assertEqual(len([t for t, _ in tags.tags if t == "tr"]), 3)
        self.assertEqual(len([t for t, _ in tags.tags if t == "rect"]), 2)
        self.assertIn("<script>alert(1)", tags.text)
        self.parsed(answers.best._repr_html_())
        self.parsed(answers.sets[0]._repr_html_())

    def test_theDrawingIsWellFormed(self):
        root = ElementTree.fromstring(time_plot(list(self.evil.canIDoThis(process(["yes"])))))
        self.assertTrue(root.tag.endswith("svg"))

    def test_aNoShowsItsReasons(self):
        tags = self.parsed(Federation([self.evil]).ask(process(["no"]))._repr_html_())
        self.assertIn("Nobody offers to run it.", tags.text)

    def test_offersThatSayNothingAreShown(self):
        self.parsed(offers_html([Offer(None, ExecutionSession(), "p")]))
        self.assertEqual(time_plot([]), "")

    def test_onlyWebAddressesBecomeLinks(self):
        session = self.evil.canIDoThis(process(["yes"]))[0].accept()
        session.document = ExecutionSession(meta=Meta(url="javascript:alert(1)"), phase=EVIL)
        self.assertEqual([t for t, _ in self.parsed(session_html(session)).tags if t == "a"], [])

    def test_aSessionIsShownAsItGoes(self):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            session = self.evil.canIDoThis(process(["yes"]))[0].accept().show(timeout=20)
        self.assertTrue(session.ok)
        self.assertIn("COMPLETED", out.getvalue())
        self.assertNotIn("\x1b", out.getvalue())
        self.parsed(session._repr_html_())


if __name__ == "__main__":
    unittest.main()
