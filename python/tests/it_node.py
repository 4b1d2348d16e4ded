"""Against a real node: `PLANISPHERE_TEST_NODE` is its address, `PLANISPHERE_TEST_PUBLISHER` a publisher's token.

The build starts the node: `python3 -m unittest discover -s tests -t . -p 'it_*.py'` is what it runs.
"""

from __future__ import annotations

import code
import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import urllib.request
from pathlib import Path

from planisphere import (
    Conflict,
    Federation,
    NotFound,
    RemotePlatform,
    SessionFailed,
    kinds,
    needing,
    process,
    tokens,
)

from .docs import blocks, file_of

NODE = os.environ.get("PLANISPHERE_TEST_NODE", "").rstrip("/")
PUBLISHER = os.environ.get("PLANISPHERE_TEST_PUBLISHER", "")
HERE = Path(__file__).resolve().parents[1]


def setUpModule():
    if not NODE:
        raise unittest.SkipTest("PLANISPHERE_TEST_NODE names no node")
    body = json.dumps({"capabilitiesUrl": NODE + "/planner/capabilities", "title": "Bench"}).encode()
    headers = {"Authorization": "Bearer " + PUBLISHER, "Content-Type": "application/json"}
    urllib.request.urlopen(urllib.request.Request(NODE + "/registry/register", body, headers), timeout=60).close()


class NodeCase(unittest.TestCase):
    def setUp(self):
        self.planner = RemotePlatform(NODE + "/planner", timeout=60.0)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name).resolve()

    def sh(self, script, **needs):
        return needing(process(["/bin/sh", "-c", script]), duration="PT1M", **needs)


class LifeTest(NodeCase):
    def test_aTaskIsAskedAcceptedRunAndRead(self):
        federation = Federation.from_registry(NODE + "/registry", timeout=60.0)
        self.assertIn("Bench", [each.name for each in federation.platforms])
        answers = federation.ask(self.sh("echo out; echo err >&2; mkdir d; echo kept > d/kept.txt", cores=(1, 2)), deadline=60)
        told = []
        session = answers.accept().wait(timeout=120, on_event=told.append).check()
        numbers = [each.id for each in told if each.id]
        self.assertEqual(numbers, list(range(1, len(numbers) + 1)))
        self.assertIn("RUNNING", {each.phase for each in told})
        self.assertEqual((session.stdout, session.stderr), ("out\n", "err\n"))
        self.assertEqual(session.results["d/kept.txt"].text(), "kept\n")
        self.assertEqual([p.read_text() for p in session.results.save(self.folder / "a")], ["kept\n"])
        self.assertEqual([p.read_text() for p in session.results.extract(self.folder / "b")], ["kept\n"])
        again = self.planner.session(session.url)
        self.assertTrue(again.wait(timeout=60).ok)
        again.delete()
        with self.assertRaises(NotFound):
            again.refresh()

    def test_aFailureKeepsItsOutput(self):
        session = self.planner.canIDoThis(self.sh("echo why >&2; exit 3"))[0].accept().wait(timeout=120)
        with self.assertRaisesRegex(SessionFailed, "why"):
            session.check()

    def test_aRunningSessionIsChangedAndCancelled(self):
        session = self.planner.canIDoThis(self.sh("echo go; sleep 300"))[0].accept()
        self.assertIn(b"go", next(session.follow(timeout=120)))
        before = session.refresh().document.schedule.available.duration
        session.lengthen("PT1M")
        self.assertNotEqual(session.refresh().document.schedule.available.duration, before)
        self.assertEqual(session.cancel().wait(timeout=60).phase, "CANCELLED")

    def test_anOfferIsAcceptedOnceAndTheSameUnderOneKey(self):
        first, second = list(self.planner.canIDoThis(self.sh("true")))[:2]
        key = "python-it-" + first.url[-36:]
        self.assertEqual(first.accept(key).url, first.accept(key).url)
        with self.assertRaises(Conflict):
            second.accept()

    def test_aNoSaysWhichResource(self):
        answer = self.planner.canIDoThis(self.sh("true", cores=1000000))
        self.assertFalse(answer)
        self.assertIn("cores", " ".join(answer.reasons))
        self.assertIn("too-many-cores", {each.code for each in answer.messages})

    def test_whoAsksIsTold(self):
        self.assertTrue(self.planner.me().anonymous)
        named = RemotePlatform(NODE + "/planner", token=tokens.for_hosts(PUBLISHER, "127.0.0.1"))
        self.assertFalse(named.me().anonymous)
        session = named.direct(self.sh("true")).wait(timeout=120)
        self.assertIn(session.url, [each.url for each in named.sessions()])
        with self.assertRaises(NotFound):
            self.planner.session(session.url)
        self.assertTrue(named.accepts(kinds.PROCESS))
        self.assertFalse(named.accepts("https://nobody.example/kinds/executable/mystery"))


class PagesTest(NodeCase):
    """Every block of the pages, as it stands there."""

    def setUp(self):
        super().setUp()
        before = Path.cwd()
        os.chdir(self.folder)
        self.addCleanup(os.chdir, before)
        self.environment = {**os.environ, "PYTHONPATH": str(HERE)}

    def here(self, text):
        return text.replace("http://127.0.0.1:8080", NODE)

    def test_theQuickStartIsTypedLineByLine(self):
        ((_, block),) = blocks("client-python.md", "Quick start")
        console = code.InteractiveConsole()
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            for line in self.here(block).splitlines():
                self.assertFalse(console.push(line), line)
        self.assertEqual(err.getvalue(), "")
        self.assertIn("hello\n", out.getvalue())
        self.assertIn("['note.txt']", out.getvalue())
        self.assertEqual((self.folder / "results" / "note.txt").read_text(), "kept\n")

    def test_everyBlockOfThePageRuns(self):
        namespace = {"__name__": "page"}
        self.addCleanup(sys.modules.pop, "bench_plugin", None)
        for language, block in blocks("client-python.md"):
            name = file_of(block)
            if name:
                (self.folder / name).write_text(block)
                if name.endswith(".toml"):
                    self.install(block)
            else:
                self.assertEqual(language, "python")
                with contextlib.redirect_stdout(io.StringIO()):
                    exec(compile(self.here(block), "docs/client-python.md", "exec"), namespace)
        self.assertEqual(namespace["as_service"], "the same everywhere\n")

    def install(self, toml):
        """What an installer makes of a pyproject.toml, as far as entry points go."""
        points = re.search(r'(?ms)^\[project\.entry-points\."([^"]+)"\]\n(.*?)(?:^\[|\Z)', toml)
        entries = points.group(2).replace('"', "")
        info = self.folder / "bench_plugin-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: bench-plugin\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[{points.group(1)}]\n{entries}")
        sys.path.insert(0, str(self.folder))
        self.addCleanup(sys.path.remove, str(self.folder))

    def test_theQuickStartRunsAsANotebook(self):
        jupyter = shutil.which("jupyter")
        if not jupyter or subprocess.run([jupyter, "nbconvert", "--version"], capture_output=True).returncode:
            self.skipTest("nbconvert is not installed")
        ((_, block),) = blocks("client-python.md", "Quick start")
        lines = self.here(block).splitlines(keepends=True)
        split = lines.index("answers\n") + 1
        cells = [lines[:split], lines[split:], ["session.show()\n"], ["session\n"]]
        tree = {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
            "cells": [
                {"id": f"c{n}", "cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": each}
                for n, each in enumerate(cells)
            ],
        }
        Path("quick.ipynb").write_text(json.dumps(tree))
        command = [jupyter, "nbconvert", "--to", "notebook", "--execute", "--output", "done.ipynb", "quick.ipynb"]
        done = subprocess.run(command, capture_output=True, text=True, env=self.environment, timeout=240)
        if "No such kernel" in done.stderr or "No module named ipykernel" in done.stderr:
            self.skipTest("ipykernel is not installed")
        self.assertEqual(done.returncode, 0, done.stderr)
        outputs = [cell["outputs"] for cell in json.loads(Path("done.ipynb").read_text())["cells"]]
        table = "".join(outputs[0][0]["data"]["text/html"])
        self.assertIn("<table>", table)
        self.assertIn("<svg", table)
        self.assertIn("hello", json.dumps(outputs[1]))
        self.assertIn("COMPLETED", json.dumps(outputs[2]))
        self.assertIn("COMPLETED", json.dumps(outputs[3][0]["data"]["text/html"]))

    def test_thePortalsOfTheRecipesWork(self):
        recipes = {}
        for language, block in blocks("recipes.md"):
            recipes.setdefault(language, block)
        (self.folder / "task.json").write_text(recipes["json"])
        (self.folder / "portal.py").write_text(recipes["python"])
        (self.folder / "portal.sh").write_text(recipes["sh"])
        for command in ([sys.executable, "-B", "portal.py"], ["sh", "portal.sh"]):
            if command[0] == "sh" and not shutil.which("curl"):
                self.skipTest("curl is not installed")
            with self.subTest(command[-1]):
                done = subprocess.run(
                    [*command, NODE + "/registry", "task.json", command[-1] + ".results"],
                    input="1\n",
                    capture_output=True,
                    text=True,
                    env=self.environment,
                    timeout=240,
                )
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                self.assertIn("hello\n", done.stdout)
                self.assertIn("COMPLETED", done.stdout)
                self.assertEqual((self.folder / (command[-1] + ".results") / "note.txt").read_text(), "kept\n")


if __name__ == "__main__":
    unittest.main()
