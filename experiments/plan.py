"""The plan of a study: its points, its runs, and what each run is called.

A **policy** is a combination of the levers' values; policy 0 is the baseline. A **future** is a combination of values
of the uncertain numbers; future 0 is the only one where none vary. A **point** is a policy in a future; it is run with
every **replication**, whose seed is the same at all points unless their luck is their own. A **run** is named by what
it computes — place, mechanisms, numbers, seed, code — so that what was computed once is never computed again, whatever
asks for it.
"""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.designs.design import Factor
from experiments.seeds import future_seed, replication_seed
from experiments.study import Study
from experiments.study.names import EMERGENCY
from experiments.study.spec import lever_design
from sim import Scenario
from sim.compiled import source_hash
from sim.errors import InputError
from sim.mechanisms import mechanisms
from sim.model import is_of_process

MOST_POINTS = 1_000_000
PROCESSES = "processes"
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
    group : str
        Runs of one group share their warmed-up state.
    values : array
        Of levers and uncertain numbers.
    plan : Plan
    """

    run_id: str
    point: int
    policy: int
    design: str
    future: int
    replication: int
    seed: int
    group: str
    values: NDArray[np.float64] = field(repr=False, compare=False)
    plan: Plan = field(repr=False, compare=False)

    @property
    def factors(self) -> dict[str, float]:
        """Values of levers and uncertain numbers by name."""
        return self.plan.by_name(self.values)

    @property
    def fields(self) -> dict[str, Any]:
        """Fields of the scenario that the point changes."""
        return self.plan.fields_of(self.factors)


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
    factors : list of str
        Names of levers and uncertain numbers.
    """

    def __init__(self, study: Study, points: pd.DataFrame | None = None) -> None:
        self.study = study
        self.place = study.place()
        self.levers = study.lever_factors()
        self.numbers = study.uncertain_factors()
        self.factors = [one.name for one in (*self.levers, *self.numbers)]
        self.points = _points(study, self.levers, self.numbers) if points is None else points
        self.code = code_version(study.mechanisms_used(self.place))
        self.place_json = json.dumps(self.place.to_dict(), sort_keys=True, ensure_ascii=False)
        varied = [one.name for one in self.numbers if one.name != EMERGENCY]
        self._owners = {
            name: PROCESSES if is_of_process(name) else name.partition(".")[0]
            for name in sorted({*self.place.parameters, *varied})
        }
        self._names = _Names(self.place)
        self._prepared: dict[int, _Point] = {}

    @property
    def adaptive(self) -> bool:
        """Whether the next policies hang on the results of the last ones."""
        return self.study.portfolio is not None

    @property
    def policies(self) -> int:
        """Number of policies."""
        return int(self.points["policy"].nunique())

    @property
    def futures(self) -> int:
        """Number of futures."""
        return int(self.points["future"].nunique())

    def add_policies(self, values: pd.DataFrame) -> frozenset[int]:
        """Add policies to all futures, as a search asks for them, and return the numbers of these policies."""
        levers = [one.name for one in self.levers]
        known = self.points.drop_duplicates("policy")[levers]
        grown = _points(self.study, self.levers, self.numbers, pd.concat([known, values], ignore_index=True))
        added = grown[grown["policy"] >= len(known)].drop_duplicates(["policy", "future"])
        added = added.sort_values(["policy", "future"], kind="stable")
        stop = len(self.points)
        self.points = pd.concat([self.points, added.assign(point=range(stop, stop + len(added)))], ignore_index=True)
        numbers = self.points.drop_duplicates("policy").merge(values[levers].drop_duplicates(), on=levers)["policy"]
        return frozenset(int(one) for one in numbers)

    def runs(self, first: int, stop: int) -> Iterator[RunSpec]:
        """Runs of replications ``first`` to ``stop - 1``, those that share a warmed-up state next to each other."""
        rows = self._rows()
        for replication in range(first, stop):
            for row in rows:
                yield self._run(row, replication)

    def run(self, row: Mapping[str, Any], replication: int) -> RunSpec:
        """Run of a row of the points with a replication."""
        values = np.array([float(row[name]) for name in self.factors])
        point = self._point(int(row["point"]), int(row["policy"]), str(row["design"]), int(row["future"]), values)
        return self._run(point, replication)

    def seed_in(self, future: int, replication: int) -> int:
        """Seed of a replication in a future."""
        if self.study.luck == "own":
            return future_seed(self.study.seed, future, replication)
        return replication_seed(self.study.seed, replication)

    def _run(self, point: _Point, replication: int) -> RunSpec:
        seed = self.seed_in(point.future, replication)
        return RunSpec(
            run_id=_short(point.what, self.code, seed),
            point=point.point,
            policy=point.policy,
            design=point.design,
            future=point.future,
            replication=replication,
            seed=seed,
            group=_short(point.past, seed),
            values=point.values,
            plan=self,
        )

    def _rows(self) -> list[_Point]:
        """All points, those of one future next to each other."""
        points = self.points.sort_values(["future", "point"], kind="stable")
        columns = [points[name].tolist() for name in KEYS]
        values = points[self.factors].to_numpy(dtype=float)
        return [
            self._point(number, policy, design, future, row)
            for number, policy, design, future, row in zip(*columns, values, strict=True)
        ]

    def _point(self, number: int, policy: int, design: str, future: int, values: NDArray[np.float64]) -> _Point:
        if number not in self._prepared:
            what, past = self._names.of(self, self.by_name(values), policy, future)
            self._prepared[number] = _Point(number, policy, design, future, values, what, past)
        return self._prepared[number]

    def by_name(self, values: NDArray[np.float64]) -> dict[str, float]:
        """Values of levers and uncertain numbers by name."""
        return dict(zip(self.factors, values.tolist(), strict=True))

    def fields_of(self, values: Mapping[str, float]) -> dict[str, Any]:
        """What a point changes of the place; numbers of mechanisms that are not in force are left out."""
        in_force, numbers = self.study.specs(values, self.place), self.numbers_by_owner(values)
        owners = (PROCESSES, *(name for name in in_force if name in numbers))
        fields: dict[str, Any] = {
            "mechanisms": in_force,
            "parameters": {name: value for owner in owners for name, value in numbers[owner].items()},
        }
        if EMERGENCY in values:
            fields["emergencies"] = self.emergencies_at(values)
        return fields

    def emergencies_at(self, values: Mapping[str, float]) -> list[dict[str, Any]]:
        """Emergencies of the place, as strong as a point has them."""
        factor = values.get(EMERGENCY, 1.0)
        shocks = self.place.emergencies
        return [one.model_dump(mode="json") | {"strength": one.strength * factor} for one in shocks]

    def numbers_by_owner(self, values: Mapping[str, float]) -> dict[str, dict[str, float]]:
        """Numbers of a future that are not the catalogue's: of all processes together, and of each mechanism."""
        numbers: dict[str, dict[str, float]] = {PROCESSES: {}}
        for name, owner in self._owners.items():
            numbers.setdefault(owner, {})[name] = values[name] if name in values else self.place.parameters[name]
        return numbers

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
        points = sorted(self._rows(), key=lambda one: one.point)
        seeds = [self.seed_in(point.future, one) for one in range(replications) for point in points]
        names = [_short(point.what, self.code, seed) for point, seed in zip(points * replications, seeds, strict=True)]
        whole = self.points.sort_values("point")
        table = pd.concat([whole] * replications, ignore_index=True) if replications else whole[:0]
        table = table.assign(
            run_id=names,
            replication=[one for one in range(replications) for _ in points],
            seed=seeds,
        )
        table = table[["run_id", *KEYS, "replication", "seed", *self.factors]]
        joined = table.join(found[own], on="run_id")
        return joined[joined["status"].notna()].sort_values(["point", "replication"], ignore_index=True)


@dataclass(frozen=True)
class _Point:
    """A point, with what all of its runs share: ``what`` they compute, and the ``past`` from which they begin."""

    point: int
    policy: int
    design: str
    future: int
    values: NDArray[np.float64]
    what: str
    past: str


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
        if len(policies) * len(futures) > MOST_POINTS:
            raise InputError(
                f"design: {len(policies):,} policies in {len(futures):,} futures are more than {MOST_POINTS:,} points; "
                "take fewer of either"
            )
        points = futures.assign(future=range(len(futures))).merge(
            policies.assign(policy=_number(policies, base)), how="cross"
        )
    names = [one.name for one in (*levers, *numbers)]
    by_policy = points.drop_duplicates("policy").set_index("policy")
    labels = {
        number: study.design_name({one.name: float(row[one.name]) for one in levers}) or f"p{number}"
        for number, row in by_policy.iterrows()
    }
    points = points.assign(point=range(len(points)), design=points["policy"].map(labels))
    return pd.concat([points[KEYS], points[names].astype(float)], axis=1).copy()  # copied: one block, not one a column


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
        numbers[tuple(float(one) for one in first.iloc[0])] = 0
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


def _short(*parts: str | int) -> str:
    return hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()[:16]


class _Names:
    """Names of what points compute and of the pasts they share: hashes of hashes, since points share their parts."""

    def __init__(self, place: Scenario) -> None:
        whole = place.to_dict()
        contents = [_content(one["margins"]) for one in whole["communities"]]
        self._place = digest(
            {
                # Margins are named by their content and not by their path, and replace the type.
                "communities": [
                    {
                        "name": name,
                        "residents": one["residents"],
                        **({"margins": content} if content else {"type": one["type"]}),
                    }
                    for name, one, content in zip(place.community_names, whole["communities"], contents, strict=True)
                ],
                "weeks": place.weeks,
                "warmup": place.warmup,
            }
        )
        # What the model compares before it branches from a state, paths included.
        self._past = digest([whole["communities"], contents, place.warmup])
        self._mechanisms: dict[int, tuple[str, list[str]]] = {}
        self._futures: dict[int, tuple[dict[str, str], str]] = {}

    def of(self, plan: Plan, values: Mapping[str, float], policy: int, future: int) -> tuple[str, str]:
        """What the runs of a point compute apart from seed and code, and what they share a warmed-up state by."""
        if policy not in self._mechanisms:
            specs = plan.study.specs(values, plan.place)
            self._mechanisms[policy] = digest(specs), sorted(specs)
        if future not in self._futures:
            numbers = {owner: _digest_of_numbers(own) for owner, own in plan.numbers_by_owner(values).items()}
            self._futures[future] = numbers, digest(plan.emergencies_at(values))
        mechanisms, in_force = self._mechanisms[policy]
        numbers, shocks = self._futures[future]
        past = numbers[PROCESSES]
        own = [numbers[name] for name in in_force if name in numbers]
        return _short(self._place, mechanisms, shocks, past, *own), _short(self._past, past)


def _digest_of_numbers(numbers: Mapping[str, float]) -> str:
    """Name of numbers by name, in their order; of their bits, as text takes its time where there are hundreds."""
    bits = np.fromiter(numbers.values(), "<f8", len(numbers)).tobytes()
    return hashlib.sha256("\n".join(numbers).encode() + b"\0" + bits).hexdigest()[:16]


def _content(margins: str | dict[str, Any]) -> str:
    if isinstance(margins, dict):
        return digest(margins) if margins else ""
    return hashlib.sha256(Path(margins).read_bytes()).hexdigest() if margins else ""
