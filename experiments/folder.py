"""Results folders: written beside their place and moved there whole, so that none is ever half-written."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from sim.errors import InputError

MANIFEST = "manifest.json"


@contextmanager
def results_folder(out: Path, kind: str, name: str, overwrite: bool = False) -> Iterator[Path]:
    """Give a temporary folder that becomes ``out`` when the block ends well, and vanishes when it does not.

    Parameters
    ----------
    out : Path
    kind, name : str
        What the manifest will say that the folder holds: ``("study", "six_paths")``.
    overwrite : bool
        Replace a results folder of the same kind and name. Anything else that exists is never replaced.

    Raises
    ------
    InputError
        If something else stands there, or the folder cannot be made.
    """
    check_free(out, kind, name, overwrite)
    asked, out = out, out.absolute()
    made = [one for one in out.parents if not one.exists()]
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=f".{out.name}.part-", dir=out.parent))
    except OSError as error:
        _forget(made)
        raise InputError(f"--out {asked}: cannot be made ({error.strerror})") from None
    try:
        part.chmod(0o755)
        yield part
        _move(part, out)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        _forget(made)
        raise


def check_free(out: Path, kind: str, name: str, overwrite: bool = False) -> None:
    """Raise unless ``out`` can be written: it is absent and can be made, is empty, or may be replaced."""
    if not out.exists():
        _check_parent(out)
        return
    if not out.is_dir():
        raise InputError(f"--out {out}: is a file, not a folder")
    if not any(out.iterdir()):
        return
    held = _identity(out)
    if held is None:
        raise InputError(f"--out {out}: holds something that is not a results folder; choose another folder")
    if held != (kind, name):
        raise InputError(
            f"--out {out}: holds the results of {held[0]} {held[1]!r}, not of {kind} {name!r}; choose another folder"
        )
    if not overwrite:
        raise InputError(f"--out {out}: holds results of {kind} {name!r}; add --overwrite to replace them")


def _check_parent(out: Path) -> None:
    """Raise unless the nearest folder that exists above ``out`` can be written, so that no long study runs in vain."""
    above = next((one for one in out.absolute().parents if one.exists()), None)
    if above is None:
        return
    if not above.is_dir():
        raise InputError(f"--out {out}: cannot be made: {above} is a file, not a folder")
    if not os.access(above, os.W_OK):
        raise InputError(f"--out {out}: cannot be made: {above} may not be written by you")


def _forget(made: Sequence[Path]) -> None:
    """Take away folders that were made for nothing; ``made`` names them from the innermost outwards."""
    for folder in made:
        with suppress(OSError):
            folder.rmdir()


def _identity(folder: Path) -> tuple[str, str] | None:
    """Kind and name that a results folder's manifest gives; None for any other folder."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return str(manifest["rongzhi"]["kind"]), str(manifest["rongzhi"]["name"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _move(part: Path, out: Path) -> None:
    if not out.exists():
        part.rename(out)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{out.name}.old-", dir=out.parent))
    out.rename(old / "old")
    part.rename(out)
    shutil.rmtree(old)


def typed(path: Path) -> str:
    """Path as it is typed on a command line: in quotation marks where it has to be."""
    words = str(path)
    return f'"{words}"' if re.search(r"[\s&();']", words) else words
