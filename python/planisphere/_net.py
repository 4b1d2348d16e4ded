"""Addresses and connections: what may be called, and how long that may take."""

from __future__ import annotations

import http.client
import io
import ipaddress
import re
import socket
import ssl
import time
from typing import Any, List, Optional, Tuple
from urllib.parse import urlsplit

from .errors import BadAnswer, NotReachable

_HOSTILE = re.compile(r"[\x00-\x20\x7f\\]")
_PORTS = {"http": 80, "https": 443}


class Late(OSError):
    """The deadline has come."""


class Address:
    """An http or https address, taken apart once. Anything else is refused, with user and password in it too."""

    def __init__(self, url: str) -> None:
        if not isinstance(url, str) or len(url) > 8192 or _HOSTILE.search(url) or not url.isascii():
            raise ValueError(f"{str(url)[:200]!r} is no address that can be called")
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise ValueError(f"{url[:200]!r} is no address that can be called") from None
        if parts.scheme.lower() not in _PORTS or not parts.hostname or parts.username is not None:
            raise ValueError(f"{url[:200]!r} is no http or https address")
        self.url = url
        self.scheme = parts.scheme.lower()
        self.host = parts.hostname.lower()
        self.port = port if port is not None else _PORTS[self.scheme]
        self.target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    @property
    def origin(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"

    def upgrades(self, other: Address) -> bool:
        """Whether the other is this one over http, both at their usual ports."""
        return (
            (self.scheme, other.scheme) == ("https", "http")
            and self.host == other.host
            and (self.port, other.port) == (443, 80)
        )


def base(url: str) -> Address:
    """The base address of a service: without query, fragment and the slash at its end."""
    address = Address(url)
    if "?" in url or "#" in url:
        raise ValueError(f"{url[:200]!r} has a query or a fragment")
    return Address(url.rstrip("/"))


def is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


Resolved = List[Tuple[int, str]]


def resolve(address: Address, foreign: bool, near: bool) -> Resolved:
    """The IP addresses behind an address.

    One that a document names at another server than asked is `foreign`: it must not lead into this machine's own network,
    unless the asked server is `near`, that is, in such a network itself. What is returned is what is connected to, so a
    name cannot change its mind in between.
    """
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as unknown:
        raise NotReachable(address.url, f"names a host that is not known: {unknown}") from None
    resolved: Resolved = []
    for family, _, _, _, where in found:
        ip = ipaddress.ip_address(str(where[0]).split("%", 1)[0])
        mapped = getattr(ip, "ipv4_mapped", None)
        if foreign and not _may_be_called(mapped or ip, near):
            raise BadAnswer(address.url, f"leads to {ip}, where a document may not send anybody")
        resolved.append((family, str(where[0])))
    return resolved


def is_near(address: Address) -> bool:
    """Whether a server is on this machine or in a private network."""
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False
    ips = [ipaddress.ip_address(str(each[4][0]).split("%", 1)[0]) for each in found]
    return all(ip.is_loopback or ip.is_private for ip in ips)


def _may_be_called(ip: Any, near: bool) -> bool:
    if ip.is_link_local or ip.is_multicast or ip.is_unspecified:
        return False
    return bool(ip.is_global or (near and (ip.is_loopback or ip.is_private)))


class Clock:
    """How long may still be waited: until a deadline, and for one silence at most."""

    def __init__(self, seconds: Optional[float], silence: Optional[float] = None) -> None:
        self.end = None if seconds is None else time.monotonic() + seconds
        self.silence = silence

    def left(self) -> Optional[float]:
        """Seconds for the next wait; raises `Late` when there are none."""
        left = None if self.end is None else self.end - time.monotonic()
        if left is not None and left <= 0:
            raise Late("time is up")
        if self.silence is None:
            return left
        return self.silence if left is None else min(left, self.silence)


class _Bytes(io.RawIOBase):
    """Reads a socket; every single wait ends with the clock, however little comes at a time."""

    def __init__(self, sock: socket.socket, clock: Clock) -> None:
        self._sock = sock
        self._clock = clock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(self._clock.left())
        return self._sock.recv_into(buffer)


class _Socket:
    """What `http.client` needs of a socket, under a clock."""

    def __init__(self, sock: socket.socket, clock: Clock) -> None:
        self._sock = sock
        self._clock = clock

    def sendall(self, data: Any) -> None:
        self._sock.settimeout(self._clock.left())
        self._sock.sendall(data)

    def makefile(self, *_: Any, **__: Any) -> io.BufferedReader:
        return io.BufferedReader(_Bytes(self._sock, self._clock), 65536)

    def close(self) -> None:
        # The answer's reader has no claim of its own on the socket; its owner closes it by `shut`.
        pass

    def shut(self) -> None:
        # Wakes a reader in another thread as well.
        try:
            self._sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._sock.close()


class Connection(http.client.HTTPConnection):
    """One connection to an address that has been resolved, under a clock."""

    def __init__(self, address: Address, to: Resolved, clock: Clock, tls: Optional[ssl.SSLContext]) -> None:
        super().__init__(address.host, address.port)
        self._address = address
        self._to = to
        self._clock = clock
        self._tls = tls
        self.default_port = _PORTS[address.scheme]
        self._owned: Optional[_Socket] = None

    def connect(self) -> None:
        last: Optional[OSError] = None
        for family, ip in self._to:
            try:
                left = self._clock.left()
                plain = socket.create_connection((ip, self.port), timeout=10.0 if left is None else min(left, 10.0))
                break
            except Late:
                raise
            except OSError as refused:
                last = refused
        else:
            raise last or OSError("it has no address")
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._address.scheme == "https":
                context = self._tls or ssl.create_default_context()
                plain.settimeout(self._clock.left())
                plain = context.wrap_socket(plain, server_hostname=self._address.host)
        except BaseException:
            plain.close()
            raise
        self._owned = _Socket(plain, self._clock)
        self.sock = self._owned

    def hang_up(self) -> None:
        """Ends it for good; `close` only means that no other call follows on it."""
        self.close()
        if self._owned is not None:
            self._owned.shut()
