"""Who wins and who loses: lives of the same residents with a design and without it, under the same luck."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.comparison.cache import Where, result_of
from experiments.run import How
from experiments.study import Study
from sim.errors import InputError, closest
from sim.outcomes import DIMENSIONS, codes_of

SAME = 1.0  # points of 100; assumed (0.5 to 5): people hardly notice less in their own lives
MOST_LIVES = 1_500_000  # residents of all runs that are held at once, some 200 bytes each
MOST_REPLICATIONS = 4
ALL = "all"
YEAR = 52
STATES = ("satisfaction", "trust", "belonging", "efficacy")
LIFE_OUTCOMES = (*STATES, "participation")
_WHO = ("age", "owner", "migrant", "income", "education", "party_member")


def winners_losers(
    study: Study, how: How, cache: Where, outcome: str, more: float, replications: int | None
) -> pd.DataFrame:
    """Shares of adults who are better or worse off; see :meth:`experiments.comparison.Comparison.winners_losers`."""
    if outcome not in LIFE_OUTCOMES:
        raise InputError(f"winners_losers: lives have no {outcome!r}{closest(outcome, LIFE_OUTCOMES)}")
    if isinstance(more, bool) or not isinstance(more, int | float) or not 0 <= more < 100:
        raise InputError(f"winners_losers: more must be points from 0 to 100, got {more!r}")
    lives = lives_of(study, how, cache, replications)
    value = _values(lives, outcome, study)
    base = lives["policy"].to_numpy() == 0
    # Residents stand in the same order in every run of a replication.
    groups = pd.DataFrame(codes_of(lives.loc[base, list(_WHO)].to_records(index=False)))
    number = lives["replication"].nunique()
    rows = []
    for design in lives.loc[~base, "design"].unique():
        change = value[(lives["design"] == design).to_numpy()] - value[base]
        for dimension, group, chosen in _cells(groups):
            part = change[chosen]
            if len(part):
                better, worse = float((part > more / 100).mean()), float((part < -more / 100).mean())
                shares = (better, 1.0 - better - worse, worse, float(part.mean()))
                rows.append((design, dimension, group, *shares, round(len(part) / number), number, more))
    columns = ["design", "dimension", "group", "better", "same", "worse", "change", "adults", "n", "more"]
    return pd.DataFrame(rows, columns=columns)


def lives_of(study: Study, how: How, cache: Where, replications: int | None) -> pd.DataFrame:
    """Residents at the end of a few runs of each design: by ``policy`` and ``replication``, then in their order."""
    place, designs = study.place(), 1 + sum(len(lever.choices) for lever in study.levers.values())
    asked = study.replications if isinstance(study.replications, int) else study.replications.first
    number = min(asked, MOST_REPLICATIONS, max(1, MOST_LIVES // (place.residents * designs)))
    fields = study.to_dict()
    few = {
        "replications": number if replications is None else replications,
        "keep": {"tables": ["residents"], "weekly": "none"},
        "uncertainties": {},
        "design": {name: one for name, one in fields["design"].items() if name != "uncertainties"},
    }
    found = result_of(Study.from_dict(fields | few, where="winners_losers"), how, cache, tables=["residents"])
    runs = found.result.unique_runs[["run_id", "policy", "design", "replication"]]
    return runs.sort_values(["policy", "replication"]).merge(found.tables["residents"], on="run_id")


def _cells(groups: pd.DataFrame) -> Iterator[tuple[str, str, NDArray[np.bool_]]]:
    """All adults, then each group of them."""
    yield ALL, ALL, (groups["age"] >= 0).to_numpy()
    for dimension, names in DIMENSIONS.items():
        for code, group in enumerate(names):
            yield dimension, group, (groups[dimension] == code).to_numpy()


def _values(lives: pd.DataFrame, outcome: str, study: Study) -> NDArray[np.float64]:
    if outcome in STATES:
        return lives[outcome].to_numpy(dtype=float)
    place = study.place()
    return (lives["took_part"].to_numpy() > place.warmup + place.weeks - YEAR).astype(float)
