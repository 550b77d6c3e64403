"""Parts: sealed Parquet files that each hold the rows of some runs, and the side tables of those runs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from experiments.store.files import BLANK_SEAL, StoreError, seal, seal_of, sync_folder, write_whole
from experiments.store.schema import RUN_ID, RUNS

COMPACT = ".compact"  # new parts of a compaction, from the moment at which they count until they stand in their place

_FACTS, _SEAL = b"rongzhi", b"seal"
_NAME = re.compile(r"part-(\d{6,})\.parquet")


@dataclass(frozen=True)
class Facts:
    """What the footer of a runs part says.

    Attributes
    ----------
    tables : dict
        Seal of the side part of each table that has one for these runs.
    compact : bool
        Whether a compaction made it.
    """

    tables: dict[str, str] = field(default_factory=dict)
    compact: bool = False


def part_name(table: str, number: int) -> str:
    """Path of a part in the study folder."""
    return f"{table}/part-{number:06d}.parquet"


def table_folder(root: Path, table: str) -> Path:
    """Where the parts of a table are."""
    staged = root / COMPACT / table
    return staged if staged.is_dir() else root / table


def part_path(root: Path, table: str, number: int) -> Path:
    """Where a part is."""
    return table_folder(root, table) / part_name(table, number).rpartition("/")[2]


def part_numbers(root: Path, table: str) -> list[int]:
    """Numbers of the parts of a table, ascending."""
    found = (_NAME.fullmatch(path.name) for path in table_folder(root, table).iterdir())
    return sorted(int(match[1]) for match in found if match)


def encode(table: pa.Table, facts: Facts | None = None) -> bytes:
    """Parquet bytes of a table: floats as byte streams, the rest with dictionaries, sealed."""
    floats = [column.name for column in table.schema if pa.types.is_floating(column.type)]
    # Run ids of the runs table never repeat: a dictionary would only be in the way.
    unique = {RUN_ID} if facts is not None else set()
    sink = pa.BufferOutputStream()
    with pq.ParquetWriter(
        sink,
        table.schema,
        compression="zstd",
        use_dictionary=[name for name in table.column_names if name not in {*floats, *unique}],
        column_encoding=dict.fromkeys(floats, "BYTE_STREAM_SPLIT"),
        write_page_checksum=True,
    ) as writer:
        writer.write_table(table)
        written: dict[bytes, Any] = {_SEAL: BLANK_SEAL}
        if facts is not None:
            written[_FACTS] = json.dumps({"tables": facts.tables, "compact": facts.compact})
        writer.add_key_value_metadata(written)
    return seal(sink.getvalue().to_pybytes())


def write_part(root: Path, number: int, runs: pa.Table, sides: Mapping[str, pa.Table], compact: bool = False) -> None:
    """Write a part: its side tables first; the runs part, which makes it count, last."""
    seals = {}
    for name, table in sides.items():
        data = encode(table)
        seals[name] = str(seal_of(data))
        write_whole(root, part_name(name, number), data)
    write_whole(root, part_name(RUNS, number), encode(runs, Facts(seals, compact)))


def rewrite_runs(root: Path, number: int, runs: pa.Table, facts: Facts) -> None:
    """Put a runs part in the place of the one of the same number; its side parts stay."""
    write_whole(root, part_name(RUNS, number), encode(runs, facts))


def read_part(path: Path, columns: list[str] | None = None) -> tuple[pa.Table, Facts]:
    """Read a part and what its footer says.

    Raises
    ------
    FileNotFoundError
        If it is not there (any more).
    StoreError
        If it is damaged.
    """
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            facts = json.loads(file.metadata.metadata.get(_FACTS, b"{}"))
            return file.read(columns), Facts(**facts)
    except FileNotFoundError:
        raise
    except (pa.ArrowException, OSError, ValueError, TypeError, AttributeError) as error:
        raise StoreError(
            f"{path}: is damaged ({error}); put it aside with: rongzhi study verify {path.parents[1]} --quarantine, "
            "then run the study again"
        ) from error


def make_folders(root: Path, tables: Iterable[str]) -> None:
    """Make the folders of tables."""
    for name in tables:
        (root / name).mkdir(exist_ok=True)
    sync_folder(root)
