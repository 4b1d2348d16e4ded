"""Where planners are found."""

from __future__ import annotations

import ssl
from typing import Iterator, List, Optional
from urllib.parse import urlencode

from . import kinds
from ._http import Http
from ._net import Address, is_near, resolve
from .errors import BadAnswer, NotReachable
from .remote import pages
from .tokens import Token
from .wire import RegistryItem, RegistryList


class Registry:
    """A registry by its base address, such as `https://host/registry`."""

    def __init__(
        self, url: str, token: Token = None, *, timeout: float = 30.0, tls: Optional[ssl.SSLContext] = None
    ) -> None:
        self._http = Http(url, token, timeout, tls=tls)

    @property
    def url(self) -> str:
        return self._http.home.url

    def search(self, text: Optional[str] = None, standard: Optional[str] = None) -> Iterator[RegistryItem]:
        """The records with these words, and with a capability of this standard."""
        query = {name: value for name, value in (("q", text), ("standardID", standard)) if value}
        first = self._http.under("/search" + (f"?{urlencode(query)}" if query else ""))
        for page in pages(self._http, first, RegistryList):
            yield from page.items or []

    def planners(self, text: Optional[str] = None, standard: str = kinds.EXECUTION_BROKER) -> List[RegistryItem]:
        """The records of planners."""
        return list(self.search(text, standard))

    def addresses(self, item: RegistryItem, standard: str = kinds.EXECUTION_BROKER) -> List[str]:
        """Where a record says that a standard is spoken, as base addresses that may be called.

        A record is anybody's word: an address that would lead from a public registry into the network of who asks is left
        out, and so is what is no http or https address.
        """
        found: List[str] = []
        for capability in item.capabilities or []:
            named = (capability.standardID or "").lower()
            if named != standard.lower() and not named.startswith(standard.lower() + "#"):
                continue
            for interface in capability.interfaces or []:
                if (interface.type or "").endswith("WebBrowser"):
                    continue
                try:
                    address = Address(self._http.link(interface.accessURL, self.url + "/").rstrip("/"))
                    foreign = address.host != self._http.home.host
                    resolve(address, foreign, foreign and is_near(self._http.home))
                except (BadAnswer, NotReachable, ValueError):
                    continue
                if address.url not in found:
                    found.append(address.url)
        return found

    def __repr__(self) -> str:
        return f"<Registry at {self.url}>"
