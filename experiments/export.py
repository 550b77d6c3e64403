"""Tables of a study in other formats: CSV, Stata, one Parquet file for each, one DuckDB file for all."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from experiments.store import Store
from sim.errors import InputError

STATA_NAME = 32  # characters of a variable's name
STATA_WHOLE = 2**53


def export(store: Store, out: Path, kind: str) -> list[Path]:
    """Write the tables of a study.

    Parameters
    ----------
    store : Store
    out : Path
        Folder; files of the same names in it are replaced.
    kind : str
        ``csv``, ``dta`` (Stata 14 and later), ``parquet`` or ``duckdb``.

    Returns
    -------
    list of Path
        Files written.

    Raises
    ------
    InputError
        If the folder cannot be made, or a library is missing.
    """
    if out.is_file():
        raise InputError(f"--out {out}: is a file, not a folder")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"--out {out}: cannot be made ({error.strerror})") from None
    sides = {name: store.table(name) for name in store.sides.schemas}
    tables = {"design": store.design, "runs": store.runs(), **sides}
    if kind == "duckdb":
        return [_duckdb(tables, out / f"{store.manifest['rongzhi']['name']}.duckdb")]
    return list(_files(tables, out, kind))


def _files(tables: dict[str, pd.DataFrame], out: Path, kind: str) -> Iterator[Path]:
    for name, table in tables.items():
        file = out / f"{name}.{kind}"
        part = file.with_suffix(f".{kind}.part")
        if kind == "csv":
            table.to_csv(part, index=False)
        elif kind == "parquet":
            table.to_parquet(part, index=False)
        else:
            _stata(table).to_stata(part, write_index=False, version=118)
        part.replace(file)
        yield file


def _stata(table: pd.DataFrame) -> pd.DataFrame:
    """Table as Stata takes it.

    Names have letters, digits and _, and at most 32 of them; texts may not be missing; whole numbers beyond those that
    a double holds exactly, such as seeds, become texts.
    """
    names: dict[str, str] = {}
    for column in table.columns:
        short = re.sub(r"\W", "_", column)[:STATA_NAME]
        while short in names.values():
            short = f"{short[: STATA_NAME - 2]}_{len(names) % 10}"
        names[column] = short
    renamed = table.rename(columns=names)
    wide = [name for name in renamed.select_dtypes("int64") if len(renamed) and renamed[name].abs().max() > STATA_WHOLE]
    renamed = renamed.astype(dict.fromkeys(wide, str))
    words = renamed.select_dtypes(["object", "string"]).columns
    return renamed.astype(dict.fromkeys(words, object)).fillna(dict.fromkeys(words, ""))


def _duckdb(tables: dict[str, pd.DataFrame], file: Path) -> Path:
    try:
        import duckdb
    except ImportError:
        raise InputError("--format duckdb: needs DuckDB: pip install duckdb") from None
    part = file.with_suffix(".part")
    part.unlink(missing_ok=True)
    with duckdb.connect(os.fspath(part)) as database:
        for name, table in tables.items():
            database.register("given", table)
            database.table("given").create(name)
            database.unregister("given")
    part.replace(file)
    return file
