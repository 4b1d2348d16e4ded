import importlib.util
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]


class InstallTest(unittest.TestCase):
    def test_itIsInstalledFromItsFolderWithItsTypes(self):
        if importlib.util.find_spec("pip") is None:
            self.skipTest("pip is not installed for this Python")
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder, "target")
            # Without an index, as on a machine that has no network.
            command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-index"]
            command += ["--target", str(target), str(HERE)]
            done = subprocess.run(command, capture_output=True, text=True, timeout=240)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertTrue((target / "planisphere" / "py.typed").is_file())
            alone = [sys.executable, "-B", "-c", "import planisphere; print(planisphere.__file__)"]
            said = subprocess.run(
                alone, capture_output=True, text=True, cwd=folder, env={**os.environ, "PYTHONPATH": str(target)}, timeout=60
            ).stdout
            self.assertTrue(Path(said.strip()).resolve().is_relative_to(target.resolve()), said)


if __name__ == "__main__":
    unittest.main()
