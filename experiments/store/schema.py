"""What a row and its tables must look like: fixed by the study before its first run, never by the first result."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from sim.errors import closest

RUN_ID, STATUS, OK = "run_id", "status", "ok"
RUNS = "runs"

MARK = 8  # bytes in front of a packed table that say which columns it has

_RESERVED = {"design", "schemas", "sessions", "failures", "quarantine"}


def checked_schemas(schemas: Mapping[str, pa.Schema]) -> dict[str, pa.Schema]:
    """Schemas of all tables; ``run_id`` is put first in side tables that do not name it.

    Raises
    ------
    ValueError
        If there is no ``runs`` table with ``run_id`` and ``status``, or a name or type cannot be kept.
    """
    if not {RUN_ID, STATUS} <= set(schemas.get(RUNS, pa.schema([])).names):
        raise ValueError(f"schemas: table {RUNS!r} needs the columns {RUN_ID!r} and {STATUS!r}")
    found = {}
    for name, schema in schemas.items():
        if not name.isidentifier() or name in _RESERVED:
            raise ValueError(f"schemas: {name!r} cannot be the name of a table")
        fields = [field.remove_metadata() for field in schema]
        if name != RUNS:
            fields = [pa.field(RUN_ID, pa.string()), *(field for field in fields if field.name != RUN_ID)]
        for field in fields:
            _check_type(name, field)
        found[name] = pa.schema(fields)
    return found


def _check_type(table: str, field: pa.Field) -> None:
    kinds = (pa.types.is_boolean, pa.types.is_integer, pa.types.is_float32, pa.types.is_float64, pa.types.is_string)
    if not any(kind(field.type) for kind in kinds):
        raise ValueError(f"schemas: {table}.{field.name} is {field.type}; text, bool, integer or float can be kept")


class Rows:
    """Checks rows of one table against its schema and makes tables of them.

    Parameters
    ----------
    schema : pyarrow.Schema
    """

    def __init__(self, schema: pa.Schema) -> None:
        self.schema = schema
        self.names = schema.names
        self.id_at, self.status_at = self.names.index(RUN_ID), self.names.index(STATUS)
        self._readers = [(field.name, field.nullable, _reader(field.type)) for field in schema]

    def plain(self, row: Mapping[str, Any]) -> list[Any]:
        """Values of a row in the order of the schema, as plain Python.

        Raises
        ------
        ValueError
            Naming the run and what is missing, unknown or of the wrong type.
        """
        values: list[Any] = []
        for name, nullable, read in self._readers:
            if name not in row:
                raise ValueError(f"run {row.get(RUN_ID)}: {name!r} is missing")
            value = row[name]
            if value is None and nullable:
                values.append(None)
                continue
            try:
                values.append(read(value))
            except (TypeError, ValueError) as error:
                raise ValueError(f"run {row.get(RUN_ID)}: {name!r} is {value!r}; {error}") from None
        if len(row) > len(values):
            extra = next(name for name in row if name not in self.names)
            raise ValueError(f"run {row[RUN_ID]}: {extra!r} is no column of the study{closest(extra, self.names)}")
        return values

    def table(self, rows: Sequence[Sequence[Any]]) -> pa.Table:
        """A table of plain rows."""
        columns = zip(*rows, strict=True) if rows else ((),) * len(self.names)
        arrays = [pa.array(column, field.type) for column, field in zip(columns, self.schema, strict=True)]
        return pa.Table.from_arrays(arrays, schema=self.schema)


def _reader(kind: pa.DataType) -> Callable[[Any], Any]:
    if pa.types.is_string(kind):
        return _text
    if pa.types.is_boolean(kind):
        return _truth
    if pa.types.is_integer(kind):
        limits = np.iinfo(kind.to_pandas_dtype())
        return lambda value: _whole(value, int(limits.min), int(limits.max))
    return _number


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("text is needed")
    # Messages of exceptions may hold what is no text in any encoding.
    return value.encode("utf-8", "backslashreplace").decode()


def _truth(value: Any) -> bool:
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError("true or false is needed")
    return bool(value)


def _whole(value: Any, least: int, most: int) -> int:
    if not isinstance(value, int | np.integer) or value is True or value is False:
        raise TypeError("a whole number is needed")
    if not least <= value <= most:
        raise ValueError(f"from {least} to {most} can be kept")
    return int(value)


def _number(value: Any) -> float:
    if not isinstance(value, int | float | np.integer | np.floating) or value is True or value is False:
        raise TypeError("a number is needed")
    return float(value)


def packed(batch: pa.RecordBatch) -> bytes:
    """Rows of a side table, as small as Arrow makes them: without a schema, of which a mark stands in front."""
    return mark_of(batch.schema) + batch.serialize().to_pybytes()


@functools.lru_cache(maxsize=64)
def mark_of(schema: pa.Schema) -> bytes:
    """Mark of names and types of columns."""
    return hashlib.blake2b(schema.serialize(), digest_size=MARK).digest()


def unpacked(data: bytes, schema: pa.Schema) -> pa.RecordBatch:
    """Rows that were packed with this schema."""
    return pa.ipc.read_record_batch(pa.py_buffer(data)[MARK:], schema)


class Sides:
    """Reads side tables of single runs and checks them against their schemas.

    Parameters
    ----------
    schemas : mapping
        Of all tables, as `checked_schemas` gives them.
    """

    def __init__(self, schemas: Mapping[str, pa.Schema]) -> None:
        self.schemas = {name: schema for name, schema in schemas.items() if name != RUNS}
        self._given = {name: schema.remove(0) for name, schema in self.schemas.items()}
        self._marks = {name: mark_of(schema) for name, schema in self._given.items()}

    def read(self, run_id: str, name: str, data: bytes) -> pa.Table:
        """Read a packed table, or one from an Arrow IPC stream, and put ``run_id`` first.

        Raises
        ------
        ValueError
            Naming the run, the table and the column, if it is not as its schema says.
        """
        where = f"run {run_id}: table {name!r}"
        if name not in self.schemas:
            raise ValueError(f"{where} is not kept by this study{closest(name, self.schemas)}")
        schema = self._given[name]
        try:
            if data[:MARK] == self._marks[name]:
                given = unpacked(data, schema)
                given.validate()
            else:
                with pa.ipc.open_stream(data) as stream:
                    given = stream.read_all()
                given.validate(full=True)
        except (pa.ArrowException, OSError) as error:
            raise ValueError(f"{where} is no Arrow IPC stream, nor packed with these columns ({error})") from None
        if given.schema is not schema and not given.schema.equals(schema):
            given = _cast(given, schema, where)
        for field in schema:
            if not field.nullable and given[field.name].null_count:
                raise ValueError(f"{where}: column {field.name!r} has empty cells")
        ids = pa.repeat(pa.scalar(run_id), given.num_rows)
        return pa.Table.from_arrays([ids, *given.columns], schema=self.schemas[name])


def _cast(given: pa.Table, schema: pa.Schema, where: str) -> pa.Table:
    missing = [name for name in schema.names if name not in given.column_names]
    if missing:
        raise ValueError(f"{where}: column {missing[0]!r} is missing")
    extra = [name for name in given.column_names if name not in schema.names]
    if extra:
        raise ValueError(f"{where}: column {extra[0]!r} is not kept by this study{closest(extra[0], schema.names)}")
    if len(given.column_names) > len(schema):
        raise ValueError(f"{where}: a column is there twice")
    columns = []
    for field in schema:
        column = given[field.name]
        try:
            columns.append(column.cast(field.type))
        except pa.ArrowException as error:
            kinds = f"{column.type}, not {field.type}"
            raise ValueError(f"{where}: column {field.name!r} is {kinds} ({error})") from None
    return pa.Table.from_arrays(columns, schema=schema)
