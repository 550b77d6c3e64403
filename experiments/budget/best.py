"""Search, trial and recommendation of designs under a budget."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any

import pandas as pd

from experiments.analyses.pareto import AT, Cube, measured
from experiments.arguments import a_scenario, whole
from experiments.budget import choice
from experiments.budget.choice import Trial
from experiments.budget.conditions import Conditions, conditions
from experiments.budget.goals import Asked, read_levers, read_uncertainties
from experiments.seeds import replication_seed
from experiments.study import NOTHING
from experiments.text import spoken
from sim.design import Design
from sim.errors import InputError
from sim.mechanisms import mechanisms as known_mechanisms
from sim.outcomes import OUTCOMES
from sim.scenario import MechanismSpec, Scenario

if TYPE_CHECKING:
    from experiments.budget.figures import Figures
    from experiments.comparison.cache import Where
    from experiments.page import Report
    from experiments.result import StudyResult
    from experiments.study import Study

AT_ONCE = 8  # designs of a generation of the search
OWN, FUTURES = 1, 2  # which other seeds the trials have
PLACE, TYPES = "place", "types"
MOST_FINALISTS = 20
Doses = Mapping[str, float]


@dataclass(frozen=True, eq=False)
class BestDesigns:
    """Best designs under a budget.

    Attributes
    ----------
    scenario : Scenario
        The place, without the designs.
    asked : Asked
        Budget, objectives and targets, in the model's units.
    designs : dict of str to Design
        The designs that were tried again, by name: ``A``, ``B``, …
    scopes : dict of str to str
        ``place``, or ``types`` for the design that gives each type of community its own mechanisms.
    points : DataFrame
        All designs of the search with their levers, outcomes, ``within``, ``front``, ``balance`` and ``score``, the
        best first; see :func:`experiments.budget.choice.judged`.
    points_by_type : DataFrame
        The same for each ``type`` of community, by what its own communities measured; empty unless asked for.
    expected : DataFrame
        By ``design`` and ``outcome``: the effect that the search saw (``search``).
    trial, own : Trial
        The designs in the sampled futures, and with the place's own numbers.
    result : StudyResult
        Runs of the sampled futures.
    levers : tuple of str
    search_futures : int
        In which each design of the search was run.
    kind : str
        How the recommendation stands; see :func:`experiments.budget.choice.recommended`.
    chosen : str
        Name of the recommended design; ``nothing`` where none is.
    """

    scenario: Scenario
    asked: Asked
    designs: Mapping[str, Design]
    scopes: Mapping[str, str]
    points: pd.DataFrame
    points_by_type: pd.DataFrame
    expected: pd.DataFrame
    trial: Trial
    own: Trial
    result: StudyResult = field(repr=False)
    levers: tuple[str, ...]
    search_futures: int
    kind: str
    chosen: str

    @property
    def design(self) -> Design:
        """The recommended design; one without mechanisms where none is."""
        return self.designs.get(self.chosen, Design(name=NOTHING))

    def to_frame(self) -> pd.DataFrame:
        """All designs that were tried again, and nothing.

        Returns
        -------
        DataFrame
            ``design``, ``scope``, ``mechanisms``; then as :meth:`experiments.budget.choice.Trial.table`, over the
            sampled futures. Each goal has two more columns: ``_search``, its effect as the search saw it (it flatters
            the best of many points), and ``_own``, its effect with the place's own numbers under fresh seeds.
        """
        return self._table.copy()

    @functools.cached_property
    def _table(self) -> pd.DataFrame:
        table = self.trial.table()
        table.insert(1, "scope", table["design"].map(self.scopes).fillna(PLACE))
        told = {name: ", ".join(design.mechanisms) for name, design in self.designs.items()}
        table.insert(2, "mechanisms", table["design"].map(told).fillna(""))
        own = self.own.effects().set_index(["design", "outcome"])["effect"]
        search = self.expected.set_index(["design", "outcome"])["search"]
        for name in self.asked.goals.names:
            for part, values in (("search", search), ("own", own)):
                found = values.xs(name, level="outcome").reindex(table["design"]).to_numpy()
                table.insert(int(table.columns.get_indexer([f"{name}_better"])[0]) + 1, f"{name}_{part}", found)
        return table

    @property
    def pareto(self) -> pd.DataFrame:
        """Designs that keep to the budget on average and are beaten by none in all objectives, with their doses.

        Returns
        -------
        DataFrame
            As :meth:`to_frame`, with a column for the dose of each mechanism that any of them has.
        """
        table = self._table
        part = table[table["front"] & table["design"].isin(list(self.designs))].reset_index(drop=True)
        used = list(dict.fromkeys(name for one in part["design"] for name in self.designs[one].mechanisms))
        for place, name in enumerate(used):
            specs = [self.designs[one].mechanisms.get(name) for one in part["design"]]
            part.insert(3 + place, name, [spec.dose if spec else 0.0 for spec in specs])
        return part

    @functools.cached_property
    def by_type(self) -> pd.DataFrame:
        """What each design brings in each type of community.

        Returns
        -------
        DataFrame
            ``type``, ``design``, ``mechanisms`` (in force there), then as ``paired_effects`` by ``outcome``, and
            ``search``: the effect that the search led to expect there, for the design that gives each type its own.
        """
        from experiments.analyses.effects import paired_effects_by

        if not len(self.result.communities):
            return pd.DataFrame()
        names = self.asked.goals.names
        beside = self.result.communities[["run_id", "community", "type", "residents", *names]].drop_duplicates()
        better = {name: OUTCOMES[name].better for name in names}
        table = paired_effects_by(self.result.unique_runs, beside, ["type"], better)
        own = self._own_effects
        expected = [
            own.get((row.type, row.outcome)) if self.scopes[row.design] == TYPES else None for row in table.itertuples()
        ]
        table["search"] = pd.Series(expected, index=table.index, dtype=float)
        told = [self._in_type(self.designs[row.design], row.type) for row in table.itertuples()]
        table.insert(2, "mechanisms", told)
        front = ["type", "design"]
        return table[[*front, *(name for name in table if name not in (*front, "policy"))]]

    @functools.cached_property
    def _own_effects(self) -> dict[tuple[str, str], float]:
        """Effect of each type's own best design in the search."""
        if self.points_by_type.empty:
            return {}
        found = {}
        for type_, part in self.points_by_type.groupby("type", sort=False):
            best, nothing = (
                choice_of_type(part, self.levers, self.asked),
                part[(part[list(self.levers)] == 0).all(axis=1)],
            )
            for name in self.asked.goals.names:
                found[str(type_), name] = float(best[name]) - float(nothing[name].iloc[0])
        return found

    def _in_type(self, design: Design, type_: str) -> str:
        there = communities_by_type(self.scenario)[type_]
        specs = design.mechanisms.items()
        return ", ".join(name for name, spec in specs if not spec.communities or set(there) <= set(spec.communities))

    @property
    def regret(self) -> pd.DataFrame:
        """How far each design is from the best of them in the same future; see :meth:`Trial.regret`."""
        return self.trial.regret()

    @functools.cached_property
    def conditions(self) -> Conditions:
        """Where the recommended design misses a target or the budget; without targets, where an objective gains not."""
        name = self.chosen if self.chosen in self.trial.designs else NOTHING
        return conditions(self.trial.numbers, self.trial.least_margin(name))

    def recommendation(self, language: str | None = None) -> str:
        """The recommendation in a few sentences: what it reaches, at what cost, how surely, and where it fails."""
        from experiments.budget.words import recommendation

        language = spoken(language)
        return recommendation(self, language)

    def report(self, language: str | None = None) -> Report:
        """One page in Markdown: the recommendation, the designs, types of community, how it was found."""
        from experiments.budget.words import page
        from experiments.page import Report, to_markdown

        language = spoken(language)
        return Report(to_markdown(page(self, language)))

    @property
    def plot(self) -> Figures:
        """Figures: ``front()`` and ``robustness()``."""
        from experiments.budget.figures import Figures

        return Figures(self)

    def __repr__(self) -> str:
        """The recommendation."""
        return self.recommendation()

    def _repr_html_(self) -> str:
        from experiments.budget.words import front_page
        from experiments.html import fragment

        return fragment(front_page(self, spoken()))


def best_designs(
    scenario: Scenario,
    budget: float | Mapping[str, float],
    objectives: Sequence[str] = ("participation", "satisfaction"),
    per_type: bool = False,
    mechanisms: Sequence[str] | Mapping[str, Sequence[str]] | None = None,
    targets: Mapping[str, float | str] | None = None,
    uncertainties: str | Sequence[str] | Mapping[str, Any] | None = "grades D",
    futures: int = 48,
    runs: int = 192,
    search_futures: int = 4,
    replications: int = 6,
    finalists: int = 3,
    doses: Sequence[float] = (1.0,),
    seed: int = 1,
    workers: int | None = None,
    cache: Where = None,
    progress: bool = True,
    language: str | None = None,
) -> BestDesigns:
    """Find the mechanism designs that bring most under a budget, and say how sure that is.

    The search runs designs in a few futures, in which all uncertain numbers differ, and lets a quick stand-in of
    the model propose the next ones (:class:`experiments.portfolios.Surrogate`). Then the best are run anew in more and
    other futures (Latin hypercube), each with a seed of its own and next to doing nothing, and with the place's own
    numbers. What is told of them comes from there, since the best of many points in a search owes some of its lead to
    luck.

    Few designs in four futures each serve better than four times as many with the place's own numbers. In a place of
    5 x 200 residents under 60 yuan, three searches of 192 runs of the latter kind only found designs that cost 66 to 90
    yuan over 40 other futures, so that none could be recommended; each of the former kind found one (of three tried in
    these futures) that costs 52 to 53 and gains 1.1 to 3.0 points of participation and 0.2 to 2.1 of satisfaction. The
    former also began with few mechanisms at a time, and kept to expected costs, so not all of it is due to the futures.

    Runs: ``runs`` for the search, and ``futures`` + ``replications`` for each design tried again and for nothing.

    Parameters
    ----------
    scenario : Scenario
        The place. Mechanisms that it has stay in force in all designs, doing nothing included.
    budget : float or dict of str to float
        Upper limits by outcome in its printed unit: ``{"yuan": 60, "staff_hours": 8}`` is 60 yuan for a resident and
        year, with what services cost without any mechanism in it, and 8 hours for 1,000 residents and week. A bare
        number is yuan.
    objectives : sequence of str
        Outcomes to be improved.
    per_type : bool
        Also choose for each type of community the mechanisms that suit it best under the same budget a resident, by
        what its communities measured in the search, and try the place with these. As communities share street offices,
        the search only approximates what this does; the trial runs it as it is.
    mechanisms : sequence of str, or dict of str to sequence of str
        What may be chosen: mechanisms, or levers of mechanisms that come together. All by default.
    targets : dict of str to float or str
        Levels to be reached, in printed units (``{"satisfaction": 62}``), or gains (``{"participation": "+3"}``).
    uncertainties : str, sequence of str or dict
        ``"grades D"`` varies all numbers of the model that are assumed, ``"grades CD"`` the weakly evidenced ones too;
        or names and patterns of numbers, or a table as in a study file. None varies none: futures differ by luck only.
    futures : int
        In which designs are tried; 2 or more. Where a design fails can hardly be told from fewer than some 50.
    runs : int
        Of the search, about so many: it tries ``runs / search_futures`` designs.
    search_futures : int
        In which the search runs each design; 1 or more.
    replications : int
        Fresh seeds with the place's own numbers; 2 or more.
    finalists : int
        Designs that are tried again, 1 to 20; one more with ``per_type``.
    doses : sequence of float
        Doses that a lever may have besides 0; with ``per_type`` a single one.
    seed : int
        The same seed gives the same result, on any number of workers.
    workers : int
        Processes; by default one for each processor.
    cache : bool or path
        Folder that keeps runs, so that an interrupted search goes on and the same question is not run again; by default
        in the user's cache; False for none.
    progress : bool
        Show progress.
    language : str
        Of the progress.

    Returns
    -------
    BestDesigns

    Raises
    ------
    InputError
        If something asked for is unknown or does not fit.
    """
    from experiments.comparison.cache import result_of
    from experiments.engine import kept_open, local
    from experiments.run import How

    a_scenario("scenario", scenario)
    futures, replications = whole("futures", futures, 2), whole("replications", replications, 2)
    search_futures, seed = whole("search_futures", search_futures, 1), whole("seed", seed, 0)
    runs, finalists = whole("runs", runs, 4), whole("finalists", finalists, 1, MOST_FINALISTS)
    if per_type and len(set(doses)) > 1:
        raise InputError(
            "doses: with per_type a single one, since a mechanism has the same dose wherever it is in force"
        )
    asked = Asked.of(budget, objectives, targets)
    varied = read_uncertainties(uncertainties)
    types = list(communities_by_type(scenario)) if per_type else []
    with kept_open(local(workers)) as engine:
        how = How(engine, progress=progress, language=spoken(language))
        levers = read_levers(mechanisms, scenario, doses)
        search = result_of(
            _search(scenario, asked, levers, types, varied, runs, search_futures, seed), how, cache
        ).result
        communities = search.communities if len(search.communities) else None
        points, *typed = (
            _points(search, side.names, communities, asked)
            for side in (asked.goals, *(asked.goals.of_type(one) for one in types))
        )
        designs, scopes, expected = _designs(points, dict(zip(types, typed, strict=True)), search, asked, finalists)
        again = functools.partial(_again, scenario, designs, asked)
        own = result_of(again("own", {}, replications, replication_seed(seed, OWN)), how, cache).result
        future_seed = replication_seed(seed, FUTURES)
        tried = result_of(again("futures", varied, futures, future_seed), how, cache).result
    trial = Trial(tried.unique_runs, asked, [one.name for one in tried.plan.numbers])
    chosen, kind = choice.recommended(trial.table(), asked)
    parts = [part.assign(type=type_) for type_, part in zip(types, typed, strict=True)]
    by_type = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    return BestDesigns(
        scenario=scenario,
        asked=asked,
        designs=designs,
        scopes=scopes,
        points=points,
        points_by_type=by_type,
        expected=expected,
        own=Trial(own.unique_runs, asked),
        trial=trial,
        result=tried,
        levers=tuple(search.levers),
        search_futures=search_futures,
        kind=kind,
        chosen=chosen,
    )


def communities_by_type(scenario: Scenario) -> dict[str, list[str]]:
    """Names of the communities of each type, in the scenario's order."""
    found: dict[str, list[str]] = {}
    for type_, name in zip(scenario.types, scenario.community_names, strict=True):
        found.setdefault(type_.name, []).append(name)
    return found


def _search(
    scenario: Scenario,
    asked: Asked,
    levers: Mapping[str, Any],
    types: Sequence[str],
    varied: Mapping[str, Any],
    runs: int,
    futures: int,
    seed: int,
) -> Study:
    from experiments.study import Study

    portfolio = {
        **asked.goals.model_dump(),
        "method": "surrogate",
        "types": types,
        "population": AT_ONCE,
        "generations": max(1, -(-runs // (AT_ONCE * futures))),
        "levels": 2,
    }
    return Study.from_dict(
        {
            "name": "budget_search",
            "title": "Best designs under a budget",
            "question": "Which designs bring most under the budget?",
            "scenario": scenario.to_dict(),
            "levers": levers,
            "outcomes": asked.objectives,
            "portfolio": portfolio,
            **_spread(varied, futures),
            "seed": seed,
            "keep": {"tables": ["communities"] if types else [], "weekly": "none"},
        },
        where="best_designs",
    )


def _again(
    scenario: Scenario,
    designs: Mapping[str, Design],
    asked: Asked,
    name: str,
    varied: Mapping[str, Any],
    futures: int,
    seed: int,
) -> Study:
    """Study that runs designs next to nothing."""
    from experiments.study import Study

    choices = {
        one: {name: spec.model_dump(mode="json") for name, spec in design.mechanisms.items()}
        for one, design in designs.items()
    }
    return Study.from_dict(
        {
            "name": f"budget_{name}",
            "title": "Best designs under a budget",
            "question": "What do the best designs of the search bring?",
            "scenario": scenario.to_dict(),
            "levers": {"tried": {"choices": choices}},
            "outcomes": asked.objectives,
            **_spread(varied, futures),
            "seed": seed,
            "keep": {"tables": ["communities"], "weekly": "none"},
        },
        where="best_designs",
    )


def _spread(varied: Mapping[str, Any], futures: int) -> dict[str, Any]:
    """Fields of a study that runs designs in futures with luck of their own; by luck alone where nothing varies."""
    if not varied:
        return {"replications": futures}
    design = {"uncertainties": {"kind": "latin_hypercube", "points": futures}}
    return {"uncertainties": dict(varied), "design": design, "replications": 1, "luck": "own"}


def _points(search: StudyResult, names: Sequence[str], communities: pd.DataFrame | None, asked: Asked) -> pd.DataFrame:
    """Designs of the search, the best first, by the goals of the whole place or of a type."""
    table = measured(search.unique_runs, search.levers, names, communities)
    cube = Cube.of(table, search.levers, names)
    means = cube.means().mean(axis=1)
    points = cube.points.assign(**{name.partition(AT)[0]: means[:, at] for at, name in enumerate(names)})
    return choice.judged(points, search.levers, asked)


def choice_of_type(points: pd.DataFrame, levers: Sequence[str], asked: Asked) -> pd.Series:
    """What a type of community gets: its best design that keeps to the budget, or nothing where none gains."""
    nothing = points[(points[list(levers)] == 0).all(axis=1)].iloc[0]
    best = choice.finalists(points, levers, asked, 1)
    good = len(best) and bool(best["within"].iloc[0]) and best["score"].iloc[0] > nothing["score"]
    return best.iloc[0] if good else nothing


def _designs(
    points: pd.DataFrame, typed: Mapping[str, pd.DataFrame], search: StudyResult, asked: Asked, number: int
) -> tuple[dict[str, Design], dict[str, str], pd.DataFrame]:
    """Designs to try again, whether they are one for the whole place, and what the search saw of them."""
    levers, names = search.levers, asked.goals.names
    nothing = points[(points[levers] == 0).all(axis=1)].iloc[0]
    designs, scopes, expected = {}, {}, []
    for letter, row in zip(
        ascii_uppercase, choice.finalists(points, levers, asked, number).to_dict("records"), strict=False
    ):
        designs[letter], scopes[letter] = Design(_specs(_doses(row, search))).named(letter), PLACE
        expected += [(letter, name, row[name] - nothing[name]) for name in names]
    if len(typed) > 1:
        own = {type_: _doses(choice_of_type(part, levers, asked), search) for type_, part in typed.items()}
        design = _combined(own, communities_by_type(search.plan.place))
        if design.mechanisms and all(design.mechanisms != one.mechanisms for one in designs.values()):
            letter = ascii_uppercase[len(designs)]
            designs[letter], scopes[letter] = design.named(letter), TYPES
            expected += [(letter, name, float("nan")) for name in names]  # the search has not run it
    return designs, scopes, pd.DataFrame(expected, columns=["design", "outcome", "search"])


def _doses(row: Any, search: StudyResult) -> dict[str, float]:
    """Doses of mechanisms of a design of the search."""
    levers = search.study.levers
    return {name: dose * row[id] for id in levers for name, dose in levers[id].mechanisms.items() if row[id] > 0}


def _specs(doses: Doses) -> dict[str, MechanismSpec]:
    return {name: MechanismSpec(dose=dose) for name, dose in doses.items()}


def _combined(own: Mapping[str, Doses], communities: Mapping[str, Sequence[str]]) -> Design:
    """One design in which each type's communities have the mechanisms of the type."""
    specs = {}
    for name in known_mechanisms():
        where = [type_ for type_, doses in own.items() if name in doses]
        if where:
            there = tuple(one for type_ in where for one in communities[type_]) if len(where) < len(own) else ()
            specs[name] = MechanismSpec(dose=own[where[0]][name], communities=there)
    return Design(specs)
