import shutil
import ssl
import subprocess
import tempfile
import unittest
from pathlib import Path

from planisphere import BadAnswer, NotReachable, RemotePlatform

from .fake import FakePlanner


class TlsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not shutil.which("openssl"):
            raise unittest.SkipTest("openssl is not installed")
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.certificate = Path(folder.name, "certificate.pem")
        cls.key = Path(folder.name, "key.pem")
        command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        command += ["-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
        command += ["-keyout", str(cls.key), "-out", str(cls.certificate)]
        subprocess.run(command, check=True, capture_output=True)

    def setUp(self):
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.load_cert_chain(self.certificate, self.key)
        self.fake = FakePlanner(server)
        self.addCleanup(self.fake.close)
        self.fake.on("GET", "/planner/me", lambda call: call.json({"id": "x"}))
        self.trusting = ssl.create_default_context(cafile=str(self.certificate))

    def planner(self, host="localhost", **more):
        url = self.fake.url.replace("127.0.0.1", host).replace("http://", "https://")
        return RemotePlatform(url, timeout=5.0, **more)

    def test_aPlannerIsAskedOverTlsWithItsToken(self):
        self.assertEqual(self.planner(token="secret", tls=self.trusting).me().id, "x")
        self.assertEqual(self.fake.calls[0].headers["Authorization"], "Bearer secret")

    def test_aCertificateThatNobodyVouchesForIsRefused(self):
        with self.assertRaisesRegex(BadAnswer, "certificate"):
            self.planner(token="secret").me()
        self.assertEqual(self.fake.calls, [])

    def test_aCertificateOfAnotherHostIsRefused(self):
        with self.assertRaisesRegex(BadAnswer, "certificate"):
            self.planner("127.0.0.1", tls=self.trusting).me()

    def test_aStepDownFromHttpsIsNotTaken(self):
        plain = FakePlanner()
        self.addCleanup(plain.close)
        self.fake.on("GET", "/planner/me", lambda call: call.answer(302, Location=plain.url + "/me"))
        with self.assertRaisesRegex(BadAnswer, "from https to http"):
            self.planner(token="secret", tls=self.trusting).me()
        self.assertEqual(plain.calls, [])

    def test_whatSpeaksNoTlsIsNotReachable(self):
        plain = FakePlanner()
        self.addCleanup(plain.close)
        url = plain.url.replace("http://127.0.0.1", "https://localhost")
        with self.assertRaises(NotReachable):
            RemotePlatform(url, timeout=2.0, tls=self.trusting).me()


if __name__ == "__main__":
    unittest.main()
