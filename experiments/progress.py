"""Progress of many runs: a bar in a notebook or on a terminal, a line every tenth elsewhere."""

from __future__ import annotations

import importlib.util
import sys
import time
from types import TracebackType
from typing import Any, Self

from experiments.engine import Record
from experiments.text import text


class Progress:
    """Counts records as they come: rate, time left, failures.

    Parameters
    ----------
    total : int
        Number of runs to come.
    language : str
    shown : bool
        Whether anything is written, to the standard error stream.
    """

    def __init__(self, total: int, language: str, shown: bool = True) -> None:
        self.total, self.language, self.shown = total, language, shown
        self.done = self.failures = 0
        self.begin = time.perf_counter()
        self.bar: Any = None

    def __enter__(self) -> Self:
        bar = _bar() if self.shown else None
        if bar is not None:
            self.bar = bar(total=self.total, unit=text(self.language, "progress.unit"), smoothing=0.1)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        if self.bar is not None:
            self.bar.close()

    def __call__(self, record: Record) -> None:
        """Count one record."""
        before = self.done * 10 // self.total
        self.done += 1
        self.failures += record.status != "ok"
        if self.bar is not None:
            if self.failures:
                self.bar.set_postfix_str(text(self.language, "progress.failures", n=self.failures), refresh=False)
            self.bar.update()
        elif self.shown and self.done * 10 // self.total > before:
            print(self._line(), file=sys.stderr, flush=True)

    def _line(self) -> str:
        seconds = time.perf_counter() - self.begin
        return text(
            self.language,
            "progress.line",
            done=self.done,
            total=self.total,
            rate=f"{self.done / seconds:.1f}",
            left=f"{seconds / self.done * (self.total - self.done):.0f}",
            failures=self.failures,
        )


def _bar() -> Any:
    """Kind of bar that can be drawn here; None where lines have to do."""
    if _is_notebook() and importlib.util.find_spec("ipywidgets"):
        from tqdm.notebook import tqdm_notebook

        return tqdm_notebook
    if sys.stderr.isatty():
        from tqdm import tqdm

        return tqdm
    return None


def _is_notebook() -> bool:
    """Whether this program is a notebook's kernel."""
    told = getattr(sys.modules.get("IPython"), "get_ipython", None)
    return told is not None and getattr(told(), "kernel", None) is not None
