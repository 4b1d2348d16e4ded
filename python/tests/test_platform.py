import sys
import tempfile
import unittest
from pathlib import Path

from planisphere import Platform, PlatformPlugin, Platforms, RemotePlatform

MODULE = """
from planisphere import LocalPlatform, RemotePlatform, Terms

class Here(LocalPlatform):
    def __init__(self, name="class"):
        super().__init__(name)
    def decide(self, request):
        return [Terms()]
    def run(self, run):
        return 0

one = Here("instance")
def make():
    return Here("factory")
def several():
    return [Here("first"), RemotePlatform("http://127.0.0.1:9/planner", name="second")]
class Plugin:
    def platforms(self):
        yield Here("plugged")
def broken():
    raise RuntimeError("not today")
nothing = 42
"""

ENTRIES = """[planisphere.platforms]
a = planisphere_test_plugin:one
b = planisphere_test_plugin:Here
c = planisphere_test_plugin:make
d = planisphere_test_plugin:several
e = planisphere_test_plugin:Plugin
f = planisphere_test_plugin:broken
g = planisphere_test_plugin:nothing
h = planisphere_test_plugin:absent
i = no_such_module:x
"""


class PlatformsTest(unittest.TestCase):
    def install(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        info = Path(folder.name, "planisphere_test_plugin-1.dist-info")
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: planisphere-test-plugin\nVersion: 1\n")
        (info / "entry_points.txt").write_text(ENTRIES)
        Path(folder.name, "planisphere_test_plugin.py").write_text(MODULE)
        sys.path.insert(0, folder.name)
        self.addCleanup(sys.path.remove, folder.name)
        self.addCleanup(sys.modules.pop, "planisphere_test_plugin", None)

    def test_whatInstalledPackagesBringIsFound(self):
        self.install()
        found = Platforms().discover()
        self.assertEqual(
            {each.name for each in found}, {"instance", "class", "factory", "first", "second", "plugged"}
        )

    def test_whatCannotBeLoadedIsToldAndStopsNothing(self):
        self.install()
        faults = Platforms().discover().faults
        self.assertEqual(set(faults), set("fghi"))
        self.assertEqual(faults["f"], "RuntimeError: not today")

    def test_aNameStandsForOnePlatform(self):
        far = RemotePlatform("http://127.0.0.1:9/planner", name="far")
        platforms = Platforms(far)
        with self.assertRaises(ValueError):
            platforms.add(RemotePlatform("http://127.0.0.1:10/planner", name="far"))
        self.assertIs(platforms["far"], far)
        platforms.remove("far")
        self.assertEqual(len(platforms), 0)

    def test_thePortsAreTypesThatCanBeAskedFor(self):
        self.assertIsInstance(RemotePlatform("http://127.0.0.1:9/planner"), Platform)
        self.assertNotIsInstance(42, Platform)
        self.assertNotIsInstance(RemotePlatform("http://127.0.0.1:9/planner"), PlatformPlugin)


if __name__ == "__main__":
    unittest.main()
