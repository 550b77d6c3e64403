"""From estimates of each community and of the whole place to targets that give nobody away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from experiments.data.intervals import Estimate
from experiments.data.measured import KNOWN
from experiments.data.small_cells import hidden_cells
from experiments.data.targets import COLUMNS, LAST_YEAR, Targets

Key = tuple[str, str]  # outcome, community


def gathered(found: Mapping[Key, Estimate | str], communities: Sequence[str], source: str, least: int) -> Targets:
    """Targets of what was found; small cells, and what they follow from, are left out.

    Parameters
    ----------
    found : dict of (outcome, community) to Estimate or reason
        Community ``""`` is the whole place. A reason is an id of the texts ``data.reason``.
    communities : sequence of str
    source : str
    least : int
        Fewest records or respondents in a figure that is shown.
    """
    sizes = {key: one.n for key, one in found.items() if isinstance(one, Estimate)}
    secret = _secret(sizes, communities, least)
    rows, left_out = [], []
    for (outcome, community), one in found.items():
        if isinstance(one, str):
            left_out.append((outcome, community, one))
        elif (outcome, community) in secret:
            left_out.append((outcome, community, "few"))
        else:
            rows.append((outcome, community, LAST_YEAR, one.value, one.low, one.high, one.n, source))
    return Targets(
        pd.DataFrame(rows, columns=list(COLUMNS)), pd.DataFrame(left_out, columns=["outcome", "community", "reason"])
    )


def _secret(sizes: Mapping[Key, int], communities: Sequence[str], least: int) -> set[Key]:
    """Cells that must not be shown: communities add up to the place, and channels to all that became known."""
    keys = list(sizes)
    at = {key: position for position, key in enumerate(keys)}
    sums: list[tuple[list[int], int]] = []
    for outcome in dict.fromkeys(name for name, _ in keys):
        parts = [at[outcome, one] for one in communities if (outcome, one) in at]
        if parts and (outcome, "") in at:
            sums.append((parts, at[outcome, ""]))
    channels = [name for name in KNOWN if name != "known"]
    for community in ("", *communities):
        parts = [at[name, community] for name in channels if (name, community) in at]
        if parts and ("known", community) in at:
            sums.append((parts, at["known", community]))
    hidden = hidden_cells([sizes[key] for key in keys], sums, least)
    return {key for key, one in zip(keys, hidden, strict=True) if one}
