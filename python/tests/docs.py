"""Blocks of code in the pages, and how they are run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Iterator, Tuple

ROOT = Path(__file__).resolve().parents[2]


def blocks(page: str, heading: str = "") -> Iterator[Tuple[str, str]]:
    """Language and text of each block of a page, or of one of its sections."""
    text = (ROOT / "docs" / page).read_text("utf-8")
    if heading:
        text = re.split(rf"(?m)^## {re.escape(heading)}$", text)[1]
        text = re.split(r"(?m)^## ", text)[0]
    for match in re.finditer(r"(?ms)^```(\w+)\n(.*?)^```$", text):
        yield match.group(1), match.group(2)


def file_of(block: str) -> str:
    """The file that a block is, by its first comment; empty when it is to be run."""
    match = re.match(r"# ([\w.]+\.(?:py|toml))\n", block)
    return match.group(1) if match else ""
