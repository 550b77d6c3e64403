"""Direction: whether each mechanism does what it is documented to do in most of the plausible parameter space.

Every point is one belief about all uncertain numbers at once; at each, every mechanism runs alone at dose 1 against
nothing, from the same warmed-up state and with the same luck.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from experiments.directions.expected import expectations
from experiments.directions.moves import differences, documented, moves, shares
from experiments.engine import MakeExecutor
from experiments.finding import Finding
from experiments.paired import EQUITY_GAP, Case, five_types, run_cases, whole_place
from experiments.seeds import replication_seed
from experiments.uncertain import STRUCTURE, WEAK, mechanism_numbers, process_numbers, spread_points
from sim.mechanisms import mechanisms

OUTCOMES_SHOWN = ("participation", "satisfaction", "fulfilment", "staff_load", "yuan", EQUITY_GAP)
NOTHING = "nothing"
STRUCK = "nothing_struck"  # nothing, in a place that an emergency strikes


@dataclass(frozen=True)
class Setting:
    """How much is run.

    Attributes
    ----------
    points : int
        Points of the Latin hypercube.
    replications : int
        Seeds at each point, at least 2: from their spread comes what counts as no move.
    residents : int
        In each of the five communities.
    warmup, weeks : int
    seed : int
    """

    points: int = 100
    replications: int = 3
    residents: int = 200
    warmup: int = 39
    weeks: int = 52
    seed: int = 1

    @classmethod
    def quick(cls) -> Setting:
        """A look at it within half a minute."""
        return cls(points=12, replications=2, residents=100, warmup=13, weeks=26)


def run_directions(
    setting: Setting,
    names: Sequence[str] = (),
    workers: int | None = None,
    language: str = "en",
    progress: bool = True,
    make_executor: MakeExecutor | None = None,
) -> Finding:
    """Run every mechanism at every point and count which way the outcomes move.

    Parameters
    ----------
    setting : Setting
    names : sequence of str
        Mechanisms; by default all that there are.
    workers, language, progress, make_executor
        As for :func:`experiments.paired.run_cases`.
    """
    from experiments.directions.page import directions_page
    from experiments.plots.directions import draw_directions

    names = list(names or mechanisms())
    entries = [*process_numbers(WEAK, without=STRUCTURE), *mechanism_numbers(names)]
    points = spread_points(entries, setting.points, setting.seed)
    place = five_types(setting.residents, setting.warmup, setting.weeks)
    designs = _designs(names, setting.weeks)
    cases = [
        Case({"point": point, "replication": number}, place | {"parameters": parameters}, seed, designs)
        for point, parameters in enumerate(points)
        for number in range(setting.replications)
        for seed in [replication_seed(setting.seed, point * setting.replications + number)]
    ]
    runs = run_cases(cases, whole_place, workers, language, progress, make_executor)
    baseline = {name: STRUCK if expectations()[name].emergency else NOTHING for name in names if name in expectations()}
    pairs = differences(runs.table, {name: baseline.get(name, NOTHING) for name in names}, OUTCOMES_SHOWN)
    by_point = moves(pairs)
    counted = shares(by_point, setting.points)
    against_documented = documented(counted, expectations())
    sample = pd.DataFrame(points).assign(point=range(len(points)))
    told: dict[str, Any] = asdict(setting) | {"numbers_swept": len(entries)}
    return Finding(
        name="directions",
        tables={
            "differences": pairs,
            "moves": by_point,
            "shares": counted,
            "documented": against_documented,
            "points": sample,
        },
        page=lambda spoken, figures: directions_page(counted, against_documented, told, runs.failures, spoken, figures),
        figures={"directions": lambda spoken: draw_directions(counted, against_documented, spoken)},
        details={"setting": told, "mechanisms": names, "workers": runs.workers},
        failures=runs.failures,
    )


def _designs(names: Sequence[str], weeks: int) -> dict[str, dict[str, Any]]:
    """Nothing and each mechanism alone; those that are for emergencies in a place that one strikes, as its nothing."""
    designs: dict[str, dict[str, Any]] = {NOTHING: {}}
    for name in names:
        known = expectations().get(name)
        struck: dict[str, Any] = {}
        if known is not None and known.emergency:
            struck = {"emergencies": [{"kind": known.emergency, "start": max(1, weeks // 3), "weeks": 6}]}
            designs[STRUCK] = struck
        designs[name] = struck | {"mechanisms": {name: 1.0}}
    return designs
