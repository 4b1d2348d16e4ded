import json
import os
import tempfile
import unittest
from datetime import datetime, timedelta, timezone
from pathlib import Path

from planisphere import container, kinds, load, needing, notebook, process, python_program, to_file


class TasksTest(unittest.TestCase):
    def test_aProcessIsAListOfWords(self):
        task = process(["/bin/echo", "a b"], name="echo", environment={"N": 1}).to_dict()
        self.assertEqual(
            task,
            {"executable": {"kind": kinds.PROCESS, "meta": {"name": "echo"}, "command": ["/bin/echo", "a b"], "environment": {"N": "1"}}},
        )
        with self.assertRaises(TypeError):
            process("/bin/echo a b")

    def test_aFileThatIsHereBecomesAnAddressAndAnAddressStays(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "a b.py")
            file.write_text("")
            self.assertEqual(python_program(file).executable.location, file.resolve().as_uri())
        self.assertEqual(notebook("https://example.org/n.ipynb").executable.location, "https://example.org/n.ipynb")
        self.assertEqual(python_program("not-here.py").executable.location, "not-here.py")

    def test_aContainerNamesItsImageAndPorts(self):
        task = container("ghcr.io/a/b:1", ["--port", "3000"], ports=[3000], digest="sha256:00").to_dict()["executable"]
        self.assertEqual(task["image"], {"locations": ["ghcr.io/a/b:1"], "digest": "sha256:00"})
        self.assertEqual(task["network"]["ports"][0]["internal"], {"port": 3000})

    def test_needsMakeANewRequest(self):
        plain = process(["/bin/true"])
        noon = datetime(2026, 11, 21, 12, tzinfo=timezone.utc)
        full = needing(
            plain,
            cores=(1, 4),
            memory=2,
            duration=timedelta(minutes=5),
            start=(noon, noon + timedelta(hours=1)),
            data={"in/stars.csv": "https://example.org/stars.csv"},
            storage={"out": (1, 2)},
            accelerators=1,
            max_price=0.5,
        ).to_dict()
        self.assertNotIn("compute", plain.to_dict())
        self.assertEqual(full["compute"]["cores"], {"min": 1, "max": 4})
        self.assertEqual(full["compute"]["memory"], {"min": 2})
        self.assertEqual(full["compute"]["accelerators"][0]["count"], {"min": 1})
        self.assertEqual(full["schedule"]["requested"], {"duration": "PT300S", "start": "2026-11-21T12:00:00Z/2026-11-21T13:00:00Z"})
        names = {each["meta"]["name"] for each in full["data"] + full["storage"]}
        self.assertEqual({each["resource"] for each in full["compute"]["volumes"]}, names)
        self.assertEqual(full["costs"], [{"kind": kinds.COST, "type": kinds.MONEY + "EUR", "max": 0.5}])

    def test_needsAddUp(self):
        task = needing(needing(process(["a"]), data={"a": "http://x/a"}), data={"b": "http://x/b"}, cores=1)
        self.assertEqual(len(task.data), 2)
        self.assertEqual(len({each.meta.name for each in task.data}), 2)
        self.assertNotIn("schedule", task.to_dict())

    def test_whatCannotBeIsRefusedBeforeItIsSent(self):
        task = process(["a"])
        for wrong in ({"cores": (4, 1)}, {"duration": 0}, {"duration": "soon"}, {"start": "tomorrow"}):
            with self.subTest(wrong), self.assertRaises(ValueError):
                needing(task, **wrong)

    def test_aRequestIsReadFromAFileBesideItsProgram(self):
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "p.py").write_text("")
            Path(folder, "d.csv").write_text("")
            tree = {"executable": {"kind": kinds.PYTHON_PROGRAM, "location": "p.py"}, "data": [{"location": "d.csv"}]}
            Path(folder, "task.json").write_text(json.dumps(tree))
            task = load(os.path.join(folder, "task.json"))
            self.assertEqual(task.executable.location, Path(folder, "p.py").resolve().as_uri())
            self.assertEqual(task.data[0].location, Path(folder, "d.csv").resolve().as_uri())
            to_file(task, os.path.join(folder, "again.json"))
            self.assertEqual(load(os.path.join(folder, "again.json")), task)

    def test_aRequestIsReadFromADict(self):
        self.assertEqual(load({"executable": {"kind": "k"}}).executable.kind, "k")


if __name__ == "__main__":
    unittest.main()
