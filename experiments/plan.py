"""The plan of a study: its points, its runs, and what each run is called.

A **policy** is a combination of the levers' values; policy 0 is the baseline. A **future** is a combination of values
of the uncertain numbers; future 0 is the only one where none vary. A **point** is a policy in a future; it is run with
every **replication**, whose seed is the same at all points. A **run** is named by what it computes — place, mechanisms,
numbers, seed, code — so that what was computed once is never computed again, whatever asks for it.
"""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.designs.design import Factor
from experiments.seeds import replication_seed
from experiments.study import Study
from experiments.study.numbers import EMERGENCY
from experiments.study.spec import lever_design
from sim import Scenario
from sim.compiled import source_hash
from sim.mechanisms import mechanisms
from sim.model import is_of_process

KEYS = ["point", "policy", "design", "future"]


@dataclass(frozen=True)
class RunSpec:
    """One run, ready to be computed anywhere.

    Attributes
    ----------
    run_id : str
    point, policy, future, replication, seed : int
    design : str
        Name of the policy.
    factors : dict of str to float
        Values of levers and uncertain numbers.
    fields : dict
        Fields of the scenario that the point changes.
    group : str
        Runs of one group share their warmed-up state.
    """

    run_id: str
    point: int
    policy: int
    design: str
    future: int
    replication: int
    seed: int
    factors: Mapping[str, float]
    fields: Mapping[str, Any]
    group: str


class Plan:
    """Points and runs of a study.

    Parameters
    ----------
    study : Study
    points : DataFrame
        Points of a search as far as it has come; by default those of the study's design, or the baseline of a search.

    Attributes
    ----------
    points : DataFrame
        ``point``, ``policy``, ``design``, ``future``, then a column for each factor.
    """

    def __init__(self, study: Study, points: pd.DataFrame | None = None) -> None:
        self.study = study
        self.place = study.place()
        self.levers = study.lever_factors()
        self.numbers = study.uncertain_factors()
        self.points = _points(study, self.levers, self.numbers) if points is None else points
        self.code = code_version(study.mechanisms_used())
        self.place_json = json.dumps(self.place.to_dict(), sort_keys=True, ensure_ascii=False)
        self._place_fields = _canonical_place(self.place)

    @property
    def adaptive(self) -> bool:
        """Whether the next policies hang on the results of the last ones."""
        return self.study.portfolio is not None

    @property
    def factors(self) -> list[str]:
        """Names of levers and uncertain numbers."""
        return [one.name for one in (*self.levers, *self.numbers)]

    @property
    def policies(self) -> int:
        """Number of policies."""
        return int(self.points["policy"].nunique())

    @property
    def futures(self) -> int:
        """Number of futures."""
        return int(self.points["future"].nunique())

    def add_policies(self, values: pd.DataFrame) -> frozenset[int]:
        """Add policies to all futures, as a search asks for them, and return their numbers."""
        known = self.points.drop_duplicates("policy")[[one.name for one in self.levers]]
        first = len(known)
        grown = _points(self.study, self.levers, self.numbers, pd.concat([known, values], ignore_index=True))
        added = grown[grown["policy"] >= first].sort_values(["policy", "future"], kind="stable")
        stop = len(self.points)
        self.points = pd.concat([self.points, added.assign(point=range(stop, stop + len(added)))], ignore_index=True)
        return frozenset(range(first, first + len(values)))

    def runs(self, first: int, stop: int) -> Iterator[RunSpec]:
        """Runs of replications ``first`` to ``stop - 1``, those that share a warmed-up state next to each other."""
        rows = self.points.sort_values(["future", "point"], kind="stable").to_dict("records")
        for replication in range(first, stop):
            for row in rows:
                yield self.run(row, replication)

    def run(self, row: Mapping[str, Any], replication: int) -> RunSpec:
        """Run of a row of the points with a replication."""
        seed = replication_seed(self.study.seed, replication)
        values = {name: float(row[name]) for name in self.factors}
        fields = self._fields(tuple(values.items()))
        identity = {**self._place_fields, **fields, "seed": seed, "code": self.code}
        numbers = {name: value for name, value in fields["parameters"].items() if is_of_process(name)}
        past = {
            "place": self._place_fields["communities"],
            "warmup": self.place.warmup,
            "numbers": numbers,
            "seed": seed,
        }
        return RunSpec(
            run_id=digest(identity),
            point=int(row["point"]),
            policy=int(row["policy"]),
            design=str(row["design"]),
            future=int(row["future"]),
            replication=replication,
            seed=seed,
            factors=values,
            fields=fields,
            group=digest(past),
        )

    def _fields(self, values: tuple[tuple[str, float], ...]) -> dict[str, Any]:
        by_name = dict(values)
        parameters = dict(self.place.parameters)
        for one in self.numbers:
            if one.name != EMERGENCY:
                parameters[one.name] = by_name[one.name]
        fields: dict[str, Any] = {
            "mechanisms": self.study.specs(by_name, self.place),
            "parameters": dict(sorted(parameters.items())),
        }
        if EMERGENCY in by_name:
            fields["emergencies"] = [
                one.model_dump(mode="json") | {"strength": one.strength * by_name[EMERGENCY]}
                for one in self.place.emergencies
            ]
        return fields

    def expanded(self, runs: pd.DataFrame, replications: int) -> pd.DataFrame:
        """Runs by point and replication: a run that serves several points stands once for each.

        Parameters
        ----------
        runs : DataFrame
            Stored runs, each once.
        replications : int
        """
        found = runs.set_index("run_id")
        own = [column for column in found.columns if column not in {*KEYS, "replication", "seed", *self.factors}]
        specs = list(self.runs(0, replications))
        table = pd.DataFrame(
            {
                "run_id": [one.run_id for one in specs],
                "point": [one.point for one in specs],
                "policy": [one.policy for one in specs],
                "design": [one.design for one in specs],
                "future": [one.future for one in specs],
                "replication": [one.replication for one in specs],
                "seed": [one.seed for one in specs],
                **{name: [one.factors[name] for one in specs] for name in self.factors},
            }
        )
        joined = table.join(found[own], on="run_id")
        return joined[joined["status"].notna()].sort_values(["point", "replication"], ignore_index=True)


def _points(
    study: Study, levers: Sequence[Factor], numbers: Sequence[Factor], policies: pd.DataFrame | None = None
) -> pd.DataFrame:
    """All points: every policy in every future, or the rows of one design over both."""
    base = pd.DataFrame([{one.name: one.base for one in levers}])
    if study.design.together is not None:
        together = study.design.together.sample([*levers, *numbers], study.seed)
        policy = _number(together[[one.name for one in levers]], base)
        future = _number(together[[one.name for one in numbers]])
        points = together.assign(policy=policy, future=future)
    else:
        if policies is None:
            design = None if study.portfolio is not None else lever_design(study)
            policies = design.sample(levers, study.seed) if design is not None else base
        policies = _with_base(policies, base)
        futures = _futures(study, numbers)
        points = futures.assign(future=range(len(futures))).merge(
            policies.assign(policy=range(len(policies))), how="cross"
        )
    names = [one.name for one in (*levers, *numbers)]
    by_policy = points.drop_duplicates("policy").set_index("policy")
    labels = {
        number: study.design_name({one.name: float(row[one.name]) for one in levers}) or f"p{number}"
        for number, row in by_policy.iterrows()
    }
    points = points.assign(point=range(len(points)), design=points["policy"].map(labels))
    return points[[*KEYS, *names]].astype(dict.fromkeys(names, float))


def _futures(study: Study, numbers: Sequence[Factor]) -> pd.DataFrame:
    from experiments.designs import KINDS

    if not numbers:
        return pd.DataFrame(index=[0])
    design = study.design.uncertainties or KINDS["base"](kind="base")
    return design.sample(numbers, study.seed)


def _with_base(policies: pd.DataFrame, base: pd.DataFrame) -> pd.DataFrame:
    """Policies with the baseline first: every effect is measured against it."""
    if base.shape[1] == 0 or (len(policies) and bool((policies.iloc[0] == base.iloc[0]).all())):
        return policies.reset_index(drop=True)
    return pd.concat([base, policies], ignore_index=True)


def _number(table: pd.DataFrame, first: pd.DataFrame | None = None) -> list[int]:
    """Number of each row's combination of values, in the order in which they occur; 0 is kept for ``first``."""
    numbers: dict[tuple[float, ...], int] = {}
    if first is not None and first.shape[1]:
        numbers[tuple(first.iloc[0])] = 0
    return [numbers.setdefault(row, len(numbers)) for row in table.itertuples(index=False, name=None)]


# Names of runs --------------------------------------------------------------------------------------------------------


def digest(value: Any) -> str:
    """Sixteen hexadecimal digits that name plain data; the same on any machine."""
    words = json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def code_version(used: set[str]) -> str:
    """Hash of the sources that shape the numbers: the model's, and those of mechanisms that others installed."""
    others = {}
    for name in sorted(used & set(mechanisms())):
        kind = mechanisms()[name]
        if not kind.__module__.startswith("sim."):
            others[name] = hashlib.sha256(inspect.getsource(inspect.getmodule(kind) or kind).encode()).hexdigest()
    return digest([source_hash(), others]) if others else source_hash()[:16]


def _canonical_place(place: Scenario) -> dict[str, Any]:
    """What of a place a run depends on; margins are named by their content and not by their path."""
    whole = place.to_dict()
    communities = [
        dict(one)
        | ({"margins": hashlib.sha256(Path(one["margins"]).read_bytes()).hexdigest()} if one["margins"] else {})
        | {"name": name}
        for one, name in zip(whole["communities"], place.community_names, strict=True)
    ]
    return {
        "communities": communities,
        "weeks": place.weeks,
        "warmup": place.warmup,
        "emergencies": whole["emergencies"],
    }
