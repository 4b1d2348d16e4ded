import json
import os
import tempfile
import time
import unittest
from pathlib import Path
from urllib.parse import parse_qs

from planisphere import tokens

from .fake import FakePlanner


class LoginTest(unittest.TestCase):
    """What `planisphere login` left is read as the command line reads it."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.environment = {"XDG_CONFIG_HOME": folder.name}
        self.file = Path(folder.name, "planisphere", "login.json")
        self.file.parent.mkdir()

    def keep(self, **changes):
        login = {
            "issuer": "https://iam.example.org",
            "client": "planisphere-cli",
            "origins": ["https://planner.example.org:443"],
            "access": "old",
            "refresh": "again",
            "until": int(time.time()) + 3600,
            **changes,
        }
        self.file.write_text(json.dumps(login))
        self.file.chmod(0o600)

    def choose(self, origin="https://planner.example.org:443"):
        return tokens.from_login(self.environment)(origin)

    def test_theTokenGoesToTheServersOfTheLoginOnly(self):
        self.keep()
        self.assertEqual(self.choose(), "old")
        self.assertIsNone(self.choose("https://elsewhere.example.org:443"))

    def test_withoutALoginOneIsNobody(self):
        self.assertIsNone(self.choose())
        self.file.write_text("no JSON")
        self.file.chmod(0o600)
        self.assertIsNone(self.choose())

    def test_aFileThatOthersCanReadIsRefused(self):
        self.keep()
        self.file.chmod(0o644)
        with self.assertRaisesRegex(PermissionError, "chmod 600"):
            self.choose()

    def test_aTokenAtItsEndIsRenewedAndKept(self):
        forms = []

        def renew(call):
            forms.append(parse_qs(call.body.decode()))
            call.json({"access_token": "new", "refresh_token": "next", "expires_in": 600})

        issuer = FakePlanner()
        self.addCleanup(issuer.close)
        told = {"issuer": issuer.origin, "token_endpoint": issuer.origin + "/token"}
        issuer.on("GET", "/.well-known/openid-configuration", lambda call: call.json(told))
        issuer.on("POST", "/token", renew)
        self.keep(issuer=issuer.origin, until=int(time.time()) + 5)
        self.assertEqual(self.choose(), "new")
        self.assertEqual(self.choose(), "new")
        wanted = {"grant_type": ["refresh_token"], "refresh_token": ["again"], "client_id": ["planisphere-cli"]}
        self.assertEqual(forms, [wanted])
        kept = json.loads(self.file.read_text())
        self.assertEqual((kept["access"], kept["refresh"]), ("new", "next"))
        self.assertEqual(os.stat(self.file).st_mode & 0o077, 0)

    def test_aLoginThatHasEndedSaysWhatToDo(self):
        self.keep(refresh=None, until=1)
        with self.assertRaisesRegex(tokens.LoginEnded, "planisphere login --issuer https://iam.example.org"):
            self.choose()

    def test_noTokenIsRenewedInClear(self):
        self.keep(issuer="http://iam.example.org", until=1)
        with self.assertRaises(tokens.LoginEnded):
            self.choose()
