"""Bearer tokens, and who may see them."""

from __future__ import annotations

import fnmatch
import os
import re
from typing import Callable, Mapping, Optional, Union
from urllib.parse import urlsplit

from . import _login
from ._login import LoginEnded

__all__ = ["LoginEnded", "Token", "checked", "for_hosts", "from_environment", "from_file", "from_login"]

Token = Union[None, str, Callable[[str], Optional[str]]]
"""Nothing (anonymous); a token for one server; or a function from a server's origin (`https://host:443`) to its token.

A function is asked at every call, so that it may renew what has run out.
"""

_TOKEN = re.compile(r"[\x21-\x7e]{1,16384}")


def from_environment() -> Optional[str]:
    """The token that the command line would take: `PLANISPHERE_TOKEN`, or what the file `PLANISPHERE_TOKEN_FILE` holds."""
    said = os.environ.get("PLANISPHERE_TOKEN", "").strip()
    if said:
        return said
    file = os.environ.get("PLANISPHERE_TOKEN_FILE", "").strip()
    return from_file(file) if file else None


def from_file(path: Union[str, "os.PathLike[str]"]) -> str:
    """The token in a file. A file that others than its owner may read is refused."""
    with open(path, encoding="utf-8") as file:
        if os.name == "posix" and os.fstat(file.fileno()).st_mode & 0o077:
            raise PermissionError(f"{os.fspath(path)} can be read by others: chmod 600 it first")
        return file.read(20000).strip()


def from_login(environment: Optional[Mapping[str, str]] = None) -> Callable[[str], Optional[str]]:
    """The login of the command line: `planisphere login` makes it, and it is renewed here as it is there.

    The token is shown to the servers that the login was made for and to nobody else. Without a login one asks as nobody.
    Raises `LoginEnded` at a call for which it can no longer be renewed.
    """
    return _login.tokens(_login.folder(os.environ if environment is None else environment) / "login.json")


def for_hosts(token: Union[str, Callable[[], str]], *hosts: str) -> Callable[[str], Optional[str]]:
    """A token that is shown to these hosts only, such as `planner.example.org` or `*.example.org`, over https.

    Hosts of this machine may be named with http as well.
    """
    if not hosts:
        raise ValueError("name the hosts that may see the token")

    def choose(origin: str) -> Optional[str]:
        host = (urlsplit(origin).hostname or "").lower()
        if any(fnmatch.fnmatchcase(host, each.lower()) for each in hosts):
            return token if isinstance(token, str) else token()
        return None

    return choose


def checked(token: str) -> str:
    """The token, if it is one line of visible characters. A message never shows it."""
    if not _TOKEN.fullmatch(token):
        raise ValueError("the token is not one line of visible ASCII characters")
    return token
