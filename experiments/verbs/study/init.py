"""``rongzhi study init``: a study file to fill in, and the schema with which editors complete and check it."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from experiments.text import text
from experiments.verbs.study.common import COMPLETE

TEMPLATE = Path(__file__).parents[2] / "study" / "template.toml"


def options(verb: Any, language: str) -> None:
    """Add the options of the action."""
    verb.arguments.add_argument(
        "file", metavar="FILE.toml", nargs="?", default="study.toml", help=text(language, "study.init_file")
    )


def carry_out(asked: argparse.Namespace, language: str) -> int:
    """Write both files; nothing that exists is replaced."""
    from experiments.schema import json_schema
    from experiments.study import Study
    from sim.errors import InputError

    file = Path(asked.file)
    schema = file.with_name(f"{file.stem}.schema.json")
    if file.suffix != ".toml":
        raise InputError(f"{file}: a study file ends with .toml")
    if not file.parent.is_dir():
        raise InputError(f"{file.parent}: no such folder")
    for one in (file, schema):
        if one.exists():
            raise InputError(f"{one}: is there already; choose another name")
    try:
        schema.write_text(json.dumps(json_schema(Study), indent=2, ensure_ascii=False), encoding="utf-8")
        words = TEMPLATE.read_text(encoding="utf-8").replace("study.schema.json", schema.name)
        file.write_text(words, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{error.filename}: cannot be written ({error.strerror})") from None
    print(text(language, "study.initiated", file=file, schema=schema))
    return COMPLETE
