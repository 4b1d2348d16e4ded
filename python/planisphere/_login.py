"""The login of the command line (`planisphere login`), read and renewed here."""

from __future__ import annotations

import json
import os
import stat
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Callable, Dict, Mapping, Optional
from urllib.parse import urlencode

from ._net import Address, is_loopback

_EARLY = 30
_LARGEST = 256 * 1024
_PATIENCE = 15.0


class LoginEnded(Exception):
    """The login has ended and cannot be renewed; its text says what to do."""


def folder(environment: Mapping[str, str]) -> Path:
    """Where the command line keeps what belongs to this person."""
    config = environment.get("XDG_CONFIG_HOME", "")
    home = Path(config) if config.startswith("/") else Path(environment.get("HOME") or Path.home()) / ".config"
    return home / "planisphere"


def tokens(file: Path, now: Callable[[], float] = time.time) -> Callable[[str], Optional[str]]:
    """From a server's origin to the token that it may see: those servers only that the login was made for."""
    lock = threading.Lock()

    def choose(origin: str) -> Optional[str]:
        with lock:
            login = _read(file)
            if login is None or origin not in login["origins"]:
                return None
            if now() + _EARLY < login["until"]:
                return str(login["access"])
            return _renew(file, login, now)

    return choose


def _read(file: Path) -> Optional[Dict[str, Any]]:
    try:
        with open(file, "rb") as opened:
            if os.name == "posix" and stat.S_IMODE(os.fstat(opened.fileno()).st_mode) & 0o077:
                raise PermissionError(f"{file} can be read by others: chmod 600 it first")
            login = json.loads(opened.read(_LARGEST))
    except FileNotFoundError:
        return None
    except ValueError:
        return None
    whole = isinstance(login, dict) and isinstance(login.get("access"), str) and isinstance(login.get("origins"), list)
    return {**login, "until": int(login.get("until") or 0)} if whole else None


def _renew(file: Path, login: Dict[str, Any], now: Callable[[], float]) -> str:
    issuer, client = str(login.get("issuer", "")).rstrip("/"), str(login.get("client", ""))
    again = f"log in again: planisphere login --issuer {issuer} --client {client}"
    if not login.get("refresh"):
        raise LoginEnded(f"The login has ended; {again}")
    try:
        told = _ask(f"{issuer}/.well-known/openid-configuration")
        if str(told.get("issuer", "")).rstrip("/") != issuer:
            raise LoginEnded(f"{issuer} calls itself otherwise; {again}")
        form = {"grant_type": "refresh_token", "refresh_token": str(login["refresh"]), "client_id": client}
        given = _ask(str(told.get("token_endpoint", "")), form)
    except (OSError, ValueError):
        raise LoginEnded(f"The login could not be renewed at {issuer}; {again}") from None
    if not isinstance(given.get("access_token"), str):
        raise LoginEnded(f"{issuer} gives no token; {again}")
    fresh = {
        **login,
        "access": given["access_token"],
        "refresh": given.get("refresh_token") or login["refresh"],
        "until": int(now() + float(given.get("expires_in") or 300)),
    }
    _write(file, fresh)
    return str(fresh["access"])


def _write(file: Path, login: Dict[str, Any]) -> None:
    handle, name = tempfile.mkstemp(dir=file.parent, prefix="planisphere", suffix=".new")
    with os.fdopen(handle, "w", encoding="utf-8") as opened:
        json.dump(login, opened)
    os.replace(name, file)


class _Straight(urllib.request.HTTPRedirectHandler):
    """A redirection could lead a token elsewhere."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _ask(url: str, form: Optional[Dict[str, str]] = None) -> Dict[str, Any]:
    address = Address(url)
    if address.scheme != "https" and not is_loopback(address.host):
        raise ValueError("a token would travel in clear")
    body = urlencode(form).encode() if form is not None else None
    request = urllib.request.Request(address.url, body, {"Accept": "application/json"})
    with urllib.request.build_opener(_Straight()).open(request, timeout=_PATIENCE) as answer:
        read = json.loads(answer.read(_LARGEST))
    if not isinstance(read, dict):
        raise ValueError("no object")
    return read
