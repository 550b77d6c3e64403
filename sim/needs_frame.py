"""Records of needs as a data frame that can say why."""

from __future__ import annotations

from typing import ClassVar

import pandas as pd

from sim.errors import InputError
from sim.why import Why


class NeedsFrame(pd.DataFrame):
    """A pandas data frame of needs that also tells their chains; parts of it do too, copies in files do not."""

    # How pandas wants a subclass to name what it carries along.
    _metadata: ClassVar[list[str]] = ["why"]

    @property
    def _constructor(self) -> type[NeedsFrame]:
        return NeedsFrame

    def explain(self, id: int, language: str = "en") -> str:
        """Tell the chain of a need, week by week: who raised it, how it became known, where it went, how it ended.

        Parameters
        ----------
        id : int
            Id of the need.
        language : str
            ``en``, ``zh_hans`` or ``zh_hant``.

        Raises
        ------
        InputError
            If the run was not traced, or has no need of this id.
        """
        return str(self._reasons.chain(id, language))

    @property
    def changes(self) -> pd.DataFrame:
        """Every change of every need: week since the start of the warm-up, process, id, column, before, after."""
        return self._reasons.trace.changes

    @property
    def _reasons(self) -> Why:
        why = getattr(self, "why", None)
        if why is None:
            raise InputError("this table does not come from a run; ask result.needs")
        return why
