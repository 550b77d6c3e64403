"""What is wrong with tables, gathered so that a person hears of all of it at once."""

from __future__ import annotations

from sim.errors import InputError

MOST_TOLD = 40  # lines of one message; who has more has one cause behind them, or reads the rest the next time


class Problems:
    """Lines that each name file, row, column, value and what would be right."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, file: str, words: str, row: int | None = None, column: str = "") -> None:
        """Note a problem of a file, of one of its rows (as Excel numbers them) or of one of its columns."""
        where = [file, *([f"row {row}"] if row is not None else []), *([f"column {column!r}"] if column else [])]
        self.lines.append(f"{', '.join(where)}: {words}")

    def include(self, error: InputError, before: str = "") -> None:
        """Note all lines of an error."""
        self.lines += [before + line for line in str(error).splitlines()]

    def check(self) -> None:
        """Raise :class:`sim.errors.InputError` with the first lines and how many more there are, if there are any."""
        lines = list(dict.fromkeys(self.lines))
        if len(lines) > MOST_TOLD:
            lines[MOST_TOLD:] = [f"and {len(lines) - MOST_TOLD:,} more; these go first"]
        if lines:
            raise InputError("\n".join(lines))
