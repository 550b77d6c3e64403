"""The result of one run: tidy tables, a summary, and where it came from."""

from __future__ import annotations

import functools
import platform
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np

from sim import outcomes
from sim.agents.residents import RESIDENTS
from sim.compiled import source_hash
from sim.measures import Resilience, resilience
from sim.model import Community, WarmState
from sim.needs_table import CATEGORIES, CHANNELS, NEEDS, STATES
from sim.scenario import Scenario
from sim.trace import WORK_LISTS, Trace
from sim.why import Why

if TYPE_CHECKING:
    import pandas as pd

    from sim.needs_frame import NeedsFrame

YEAR = 52


class Result:
    """What came out of one run.

    Attributes
    ----------
    scenario : Scenario
    seed : int
    history : array, weeks x communities x ``sim.outcomes.COLUMNS``
        Sums of states and flows of each week.
    model : Community
        The model as it stands at the end.
    trace : Trace or None
        What was seen between the processes, if the run was traced.
    """

    def __init__(self, model: Community, history: np.ndarray, groups: np.ndarray, trace: Trace | None = None) -> None:
        self.model = model
        self.scenario = model.scenario
        self.seed = model.keyed_seed
        self.history = history
        self._groups = groups
        self.trace = trace

    @functools.cached_property
    def summary(self) -> dict[str, float]:
        """Every outcome for the whole place over the last year; costs as a mean over the run."""
        return {name: float(value) for name, value in self._measure(self.history.sum(axis=1)).items()}

    @functools.cached_property
    def summary_by_community(self) -> pd.DataFrame:
        """Every outcome for each community over the last year, indexed by community."""
        import pandas as pd

        frame = pd.DataFrame(self._measure(self.history), index=list(self.scenario.community_names))
        return frame.rename_axis("community")

    def _measure(self, history: np.ndarray) -> dict[str, np.ndarray]:
        last = history[-YEAR:]
        values = outcomes.measure(last.sum(axis=0), len(last))
        whole = outcomes.measure(history.sum(axis=0), len(history))
        for name in ("mechanism_yuan", "service_yuan", "yuan", "staff_hours"):
            values[name] = whole[name]
        return values

    @functools.cached_property
    def weekly(self) -> pd.DataFrame:
        """Outcomes by week and community, with the number of residents for weights."""
        return self._frame("week", self.history, 1)

    @functools.cached_property
    def yearly(self) -> pd.DataFrame:
        """Outcomes by year and community; a last year that is not full counts the weeks there are."""
        years = [self.history[first : first + YEAR] for first in range(0, len(self.history), YEAR)]
        return self._frame("year", np.stack([year.sum(axis=0) for year in years]), YEAR)

    def _frame(self, period: str, sums: np.ndarray, weeks: int) -> pd.DataFrame:
        import pandas as pd

        count = sums.shape[1]
        head = {
            period: np.repeat(np.arange(1, len(sums) + 1), count),
            "community": list(self.scenario.community_names) * len(sums),
            "type": [kind.name for kind in self.scenario.types] * len(sums),
            "residents": np.tile((self.model.communities.stop - self.model.communities.start), len(sums)),
        }
        values = outcomes.measure(sums.reshape(-1, sums.shape[2]), weeks)
        return pd.DataFrame(head | values)

    @functools.cached_property
    def groups(self) -> pd.DataFrame:
        """Adults by year, community, dimension and group: participation (52 weeks), satisfaction, satisfied, trust."""
        import pandas as pd

        labels = [(d, g) for d, names in outcomes.DIMENSIONS.items() for g in names]
        rows = []
        for year, table in enumerate(self._groups, start=1):
            for (dimension, group), by_community in zip(labels, table, strict=True):
                for community, kind, sums in zip(
                    self.scenario.community_names, self.scenario.types, by_community, strict=True
                ):
                    adults = sums[0]
                    means = sums[1:] / adults if adults else np.full(len(outcomes.GROUP_MEASURES), np.nan)
                    rows.append((year, community, kind.name, dimension, group, int(adults), *means))
        head = ["year", "community", "type", "dimension", "group", "residents"]
        return pd.DataFrame(rows, columns=[*head, *outcomes.GROUP_MEASURES])

    @functools.cached_property
    def resilience(self) -> pd.DataFrame:
        """How each community stood up to each emergency: open needs for 1,000 residents before, peak, area, recovery.

        A row for each emergency that began after the first week; see :func:`sim.measures.resilience`.
        """
        import pandas as pd

        population = self.model.communities.stop - self.model.communities.start
        unmet = 1000.0 * self.history[:, :, outcomes.COLUMNS.index("open")] / population
        rows = []
        for shock in self.scenario.emergencies:
            start, stop = shock.start - 1, shock.start - 1 + shock.weeks
            for c, community in enumerate(self.scenario.community_names):
                if 1 <= start < len(unmet):
                    found = resilience(unmet[:, c], start, stop)
                    rows.append((shock.kind, shock.start, community, self.scenario.types[c].name, *found))
        return pd.DataFrame(rows, columns=["emergency", "start", "community", "type", *Resilience._fields])

    @functools.cached_property
    def needs(self) -> NeedsFrame:
        """Records of needs; all of them if the run kept them, otherwise those that have not been tidied away.

        A data frame, which also tells the chain of a need if the run was traced: ``result.needs.explain(id)``.
        """
        import pandas as pd

        from sim.needs_frame import NeedsFrame

        used = int(self.model.index.used[0])
        frame = pd.DataFrame({name: self.model.needs[name][:used] for name in NEEDS.names if name not in WORK_LISTS})
        for name, words in (("category", CATEGORIES), ("state", STATES), ("channel", CHANNELS)):
            frame[name] = pd.Categorical.from_codes(frame[name], list(words))
        frame["community"] = np.array(self.scenario.community_names)[frame["community"]]
        needs = NeedsFrame(frame)
        needs.why = Why(self)
        return needs

    @functools.cached_property
    def residents(self) -> pd.DataFrame:
        """All residents as they are at the end."""
        import pandas as pd

        frame = pd.DataFrame({name: self.model.residents[name] for name in RESIDENTS.names})
        frame["community"] = np.array(self.scenario.community_names)[frame["community"]]
        return frame

    @functools.cached_property
    def provenance(self) -> Mapping[str, Any]:
        """Versions, machine, source hash, seed and scenario."""
        return provenance() | {"seed": self.seed, "scenario": self.scenario.to_dict()}


def provenance() -> dict[str, Any]:
    """Versions of what shapes the numbers, the kind of machine, and the hash of the model's sources."""
    packages = ("mesa", "numpy", "numba", "networkx", "pandas")
    return {
        "source_hash": source_hash(),
        "python": sys.version.split()[0],
        "machine": platform.machine(),
        "system": platform.system(),
        "versions": {name: version(name) for name in packages},
    }


def run(
    scenario: Scenario | None = None,
    seed: int | None = None,
    warm: WarmState | None = None,
    needs: bool = False,
    trace: bool | Sequence[int] = False,
) -> Result:
    """Run a scenario: its warm-up (or from a warm state), then its weeks.

    Parameters
    ----------
    scenario : Scenario, optional
        Default: the status quo of five communities, one of each type.
    seed : int, optional
        Seed of all draws; default: the scenario's.
    warm : WarmState, optional
        A state from :func:`sim.warm_up` with the same communities, parameters, warm-up and seed.
    needs : bool
        Keep the records of all needs, closed ones too.
    trace : bool or sequence of int
        Also follow each need from process to process, and residents from week to week, so that ``result.needs.explain``
        and :func:`sim.diary` can tell why. The residents' rows; True: all, unless there are more than 10,000.

    Raises
    ------
    InputError
        If ``warm`` was made for something else, or a resident to follow does not exist.
    FloatingPointError
        If something that is summed up each week is not a number any more.
    """
    model = Community(scenario, seed, warm=warm, keep_needs=needs or trace is not False)
    watcher = Trace(model, None if trace is True else trace) if trace is not False else None
    model.watcher = watcher
    while model.run_week < 0:
        model.step()
    history = np.zeros((model.scenario.weeks, model.communities.size, len(outcomes.COLUMNS)))
    groups = []
    for week in range(model.scenario.weeks):
        model.step()
        history[week] = outcomes.observe(model)
        if (week + 1) % YEAR == 0 or week + 1 == model.scenario.weeks:
            groups.append(outcomes.observe_groups(model))
    _check_numbers(model, history)
    return Result(model, history, np.stack(groups), watcher)


def _check_numbers(model: Community, history: np.ndarray) -> None:
    """Raise if a sum is not a number: comparisons with one are false, so that residents silently stop acting."""
    wrong = ~np.isfinite(history)
    if wrong.any():
        week, community, column = (int(places[0]) for places in np.nonzero(wrong))
        raise FloatingPointError(
            f"{outcomes.COLUMNS[column]} of {model.scenario.community_names[community]} is not a number from week "
            f"{week + 1} on; in force: {', '.join(sorted(model.scenario.mechanisms)) or 'no mechanism'}"
        )


def warm_cache() -> None:
    """Compile every kernel into the disk cache, by a short run with every mechanism of the package on."""
    from sim.mechanisms import mechanisms

    own = [name for name, kind in mechanisms().items() if kind.__module__.startswith("sim.")]
    scenario = Scenario.from_dict(
        {
            "communities": [{"type": "village", "residents": 200}],
            "mechanisms": dict.fromkeys(own, 1.0),
            "weeks": 14,
            "warmup": 0,
        }
    )
    run(scenario)
