"""Makes the package from this folder with Python alone, so that `pip install ./python` needs no network (PEP 517, 660)."""

import base64
import hashlib
import io
import re
import tarfile
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = (HERE / "pyproject.toml").read_text(encoding="utf-8").partition("[project]")[2].partition("\n[")[0]
MADE = (1980, 1, 1, 0, 0, 0)


def _said(key):
    return re.search(rf'(?m)^{key} = (?:\{{text = )?"([^"]*)"', PROJECT).group(1)


NAME, VERSION = _said("name"), _said("version")
INFO = f"{NAME}-{VERSION}.dist-info"


def _metadata():
    head = {
        "Metadata-Version": "2.1",
        "Name": NAME,
        "Version": VERSION,
        "Summary": _said("description"),
        "License": _said("license"),
        "Requires-Python": _said("requires-python"),
        "Description-Content-Type": "text/markdown",
    }
    lines = "".join(f"{key}: {value}\n" for key, value in head.items())
    return f"{lines}\n{(HERE / _said('readme')).read_text(encoding='utf-8')}"


def _info():
    wheel = "Wheel-Version: 1.0\nGenerator: planisphere\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    return {f"{INFO}/METADATA": _metadata().encode(), f"{INFO}/WHEEL": wheel.encode()}


def _package():
    found = sorted(each for each in (HERE / "planisphere").iterdir() if each.suffix == ".py" or each.name == "py.typed")
    return {f"planisphere/{each.name}": each.read_bytes() for each in found}


def _wheel(directory, files):
    name = f"{NAME}-{VERSION}-py3-none-any.whl"
    record = ""
    with zipfile.ZipFile(Path(directory, name), "w", zipfile.ZIP_DEFLATED) as wheel:
        for path, content in {**files, **_info()}.items():
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            record += f"{path},sha256={digest},{len(content)}\n"
            wheel.writestr(_entry(path), content)
        wheel.writestr(_entry(f"{INFO}/RECORD"), record + f"{INFO}/RECORD,,\n")
    return name


def _entry(path):
    entry = zipfile.ZipInfo(path, MADE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    return _wheel(wheel_directory, _package())


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    return _wheel(wheel_directory, {f"{NAME}.pth": f"{HERE}\n".encode()})


def build_sdist(sdist_directory, config_settings=None):
    name = f"{NAME}-{VERSION}"
    with tarfile.open(Path(sdist_directory, f"{name}.tar.gz"), "w:gz", format=tarfile.PAX_FORMAT) as sources:
        for path in ["pyproject.toml", "README.md", "build_backend.py", *_package()]:
            sources.add(HERE / path, f"{name}/{path}")
        content = _metadata().encode()
        entry = tarfile.TarInfo(f"{name}/PKG-INFO")
        entry.size = len(content)
        sources.addfile(entry, io.BytesIO(content))
    return f"{name}.tar.gz"
