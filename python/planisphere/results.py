"""What a task has left: listed, read, and saved only when every byte is as announced."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import tempfile
import zipfile
from pathlib import Path
from typing import BinaryIO, Callable, Iterator, List, Optional, Sequence, Union, overload

from .errors import BadAnswer, UnsafeArchive
from .wire import ResultItem

Fetch = Callable[[ResultItem, BinaryIO], None]
"""Writes a result's bytes into a file, at most as many as its size."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
_MARGIN = 1024 * 1024


class Result:
    """One file."""

    def __init__(self, item: ResultItem, fetch: Fetch) -> None:
        if item.name is None or item.size is None or item.size < 0 or item.sha256 is None:
            raise BadAnswer(item.url or "the planner", f"lists {item.name!r} without a size or SHA-256")
        self.item = item
        self.name = item.name
        """Its path in the work folder, with slashes."""
        self.size = item.size
        self.sha256 = item.sha256.lower()
        self.media_type = item.mediaType or "application/octet-stream"
        self._fetch = fetch

    def read(self, most: int = 64 * 1024 * 1024) -> bytes:
        """Its bytes, checked. One that is larger than `most` is not fetched."""
        if self.size > most:
            raise ValueError(f"{self.name} has {self.size} bytes: save it, or raise `most`")
        with tempfile.SpooledTemporaryFile(max_size=8 * 1024 * 1024) as file:
            self._into(file)  # type: ignore[arg-type]
            file.seek(0)
            return bytes(file.read())

    def text(self, encoding: str = "utf-8") -> str:
        return self.read().decode(encoding, "replace")

    def save(self, folder: Union[str, "os.PathLike[str]"] = ".") -> Path:
        """Saves it under its name in a folder. The file appears when it is whole and right, and then at once."""
        target = inside(Path(folder), self.name)
        handle, part = tempfile.mkstemp(prefix=".part-", dir=target.parent)
        try:
            with os.fdopen(handle, "w+b") as file:
                self._into(file)
            os.replace(part, target)
        except BaseException:
            try:
                os.unlink(part)
            except FileNotFoundError:
                pass
            raise
        return target

    def _into(self, file: BinaryIO) -> None:
        self._fetch(self.item, file)
        file.flush()
        file.seek(0)
        check(self.name, file, self.size, self.sha256, self.item.url)

    def __repr__(self) -> str:
        return f"<Result {self.name!r}, {self.size} bytes>"


class Results(Sequence[Result]):
    """All files of a session, by their order or by their name: `session.results["summary.txt"].text()`."""

    def __init__(self, items: List[ResultItem], fetch: Fetch, fetch_archive: Callable[[BinaryIO, int], None]) -> None:
        self._all = [Result(item, fetch) for item in items]
        self._fetch_archive = fetch_archive

    @overload
    def __getitem__(self, key: Union[int, str]) -> Result: ...

    @overload
    def __getitem__(self, key: slice) -> List[Result]: ...

    def __getitem__(self, key: Union[int, str, slice]) -> Union[Result, List[Result]]:
        if isinstance(key, str):
            for each in self._all:
                if each.name == key:
                    return each
            raise KeyError(key)
        return self._all[key]

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Result]:
        return iter(self._all)

    def __contains__(self, key: object) -> bool:
        return any(key is each or key == each.name for each in self._all)

    @property
    def names(self) -> List[str]:
        return [each.name for each in self._all]

    @property
    def size(self) -> int:
        """Bytes of all of them."""
        return sum(each.size for each in self._all)

    def save(self, folder: Union[str, "os.PathLike[str]"] = ".") -> List[Path]:
        """Saves each of them under its name."""
        return [each.save(folder) for each in self._all]

    def archive(self, file: Union[str, "os.PathLike[str]"]) -> Path:
        """Saves all of them as one zip file, as the planner sends it, after a look at what it holds."""
        target = Path(file)
        handle, part = tempfile.mkstemp(prefix=".part-", dir=target.absolute().parent)
        try:
            with os.fdopen(handle, "w+b") as out:
                self._fetch_archive(out, self._most())
                out.flush()
                self._opened(out)
            os.replace(part, target)
        except BaseException:
            try:
                os.unlink(part)
            except FileNotFoundError:
                pass
            raise
        return target

    def extract(self, folder: Union[str, "os.PathLike[str]"] = ".") -> List[Path]:
        """Fetches all of them in one archive and unpacks it, checking each against the list."""
        with tempfile.TemporaryFile() as out:
            self._fetch_archive(out, self._most())
            archive = self._opened(out)

            def entry(item: ResultItem, into: BinaryIO) -> None:
                left = (item.size or 0) + 1
                with archive.open(item.name or "") as source:
                    while left > 0:
                        part = source.read(min(left, 65536))
                        if not part:
                            break
                        into.write(part)
                        left -= len(part)

            try:
                return [Result(each.item, entry).save(folder) for each in self._all]
            except zipfile.BadZipFile as broken:
                raise UnsafeArchive(f"the archive cannot be read: {broken}") from None

    def _most(self) -> int:
        # Stored, not even compressed, plus each name twice and the heads of zip.
        return self.size + sum(2 * len(each.name.encode()) + 512 for each in self._all) + _MARGIN

    def _opened(self, out: BinaryIO) -> zipfile.ZipFile:
        try:
            archive = zipfile.ZipFile(out)
        except zipfile.BadZipFile as broken:
            raise UnsafeArchive(f"the archive cannot be read: {broken}") from None
        listed = {each.name: each.size for each in self._all}
        seen = set()
        for info in archive.infolist():
            if info.is_dir():
                continue
            kind = stat.S_IFMT(info.external_attr >> 16)
            name = info.orig_filename
            if name in seen or name not in listed:
                raise UnsafeArchive(f"the archive holds {name[:200]!r}, which is not in the list of results, or twice")
            if kind not in (0, stat.S_IFREG) or info.flag_bits & 1:
                raise UnsafeArchive(f"the archive's {name[:200]!r} is no plain file")
            if info.file_size != listed[name]:
                raise UnsafeArchive(f"the archive's {name[:200]!r} has {info.file_size} bytes, listed are {listed[name]}")
            seen.add(name)
        if seen != set(listed):
            raise UnsafeArchive(f"the archive lacks {sorted(set(listed) - seen)[:5]}")
        return archive

    def __repr__(self) -> str:
        return f"<Results {self.names!r}>"


def inside(folder: Path, name: str) -> Path:
    """Where a file of this name goes in a folder; its parents are made. A name that leads out is refused."""
    parts = name.split("/")
    clean = (
        not _CONTROL.search(name)
        and all(part not in ("", ".", "..") for part in parts)
        and not (os.name == "nt" and any(re.search(r'[\\:<>"|?*]|[ .]$', p) or _RESERVED.fullmatch(p) for p in parts))
    )
    if not clean:
        raise UnsafeArchive(f"{_CONTROL.sub('?', name)[:200]!r} is no name for a file here")
    folder.mkdir(parents=True, exist_ok=True)
    root = folder.resolve()
    target = root.joinpath(*parts)
    # A link inside the folder must not lead a file, or a new folder, out of it.
    parent = root
    for part in parts[:-1]:
        parent = parent / part
        if parent.is_symlink():
            raise UnsafeArchive(f"{name[:200]!r} leads through a link")
        parent.mkdir(exist_ok=True)
    if target.is_dir() and not target.is_symlink():
        raise UnsafeArchive(f"{name[:200]!r} is a folder here")
    return target


def check(name: str, file: BinaryIO, size: int, sha256: str, url: Optional[str]) -> None:
    """Reads a file to its end and raises BadAnswer when it is not what was announced."""
    digest = hashlib.sha256()
    seen = 0
    while True:
        part = file.read(1024 * 1024)
        if not part:
            break
        digest.update(part)
        seen += len(part)
    if seen != size:
        raise BadAnswer(url or name, f"has {seen} bytes, listed are {size}")
    if digest.hexdigest() != sha256.lower():
        raise BadAnswer(url or name, f"has the SHA-256 {digest.hexdigest()}, listed is {sha256}")
