"""Whether the parts of a study fit each other and its place, once each of them is right in itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from experiments.analyses.pareto import AT
from experiments.precision import ANY, Precision
from experiments.study.names import EMERGENCY
from experiments.study.numbers import STRONGEST
from experiments.study.spec import NOTHING, Study, lever_design
from experiments.toml_lines import Location
from sim import Scenario
from sim.errors import InputError, closest
from sim.outcomes import OUTCOMES

# Columns of the table of runs that are no factors.
RESERVED = frozenset(
    [
        *("run_id", "point", "policy", "design", "mask", "future", "replication", "seed"),
        *("status", "error", "message", "seconds", "session"),
    ]
)
Misfit = tuple[Location, str]


def misfits(study: Study) -> Iterator[Misfit]:
    """Where in the file, and what does not fit."""
    place, wrong = _place(study)
    if place is None:
        yield from wrong
        return
    wrong = [*_levers(study, place), *_designs(study), *_goals(study, place), *_uncertainties(study, place)]
    yield from wrong or _points(study)


def _place(study: Study) -> tuple[Scenario | None, list[Misfit]]:
    if isinstance(study.scenario, str):
        try:
            return study.place(), []
        except InputError as error:
            return None, [(("scenario",), str(error))]
    try:
        Scenario.from_dict(study.scenario, where="scenario")
    except InputError as error:
        return None, [_located(line) for line in str(error).splitlines()]
    return study.place(), []


def _located(words: str) -> Misfit:
    """Path and words of a fault that the scenario tells: ``scenario: communities.0.residents: …``."""
    match = re.match(r"scenario: ((?:\w+)(?:\.\w+)*): ", words)
    if not match:
        return ("scenario",), words.removeprefix("scenario: ")
    path = (int(part) if part.isdigit() else part for part in match[1].split("."))
    return ("scenario", *path), words[match.end() :]


def _levers(study: Study, place: Scenario) -> Iterator[Misfit]:
    dosed = {*study.across, *place.mechanisms}
    dosed |= {name for lever in study.levers.values() if lever.kind in ("dose", "choice") for name in lever.names}
    homes: dict[tuple[str, str], str] = {("dose", name): "across" for name in study.across}
    designs: dict[str, str] = {}
    for id, lever in study.levers.items():
        at = ("levers", id)
        if id in OUTCOMES or id in RESERVED:
            yield at, "is the name of a column of the results; call the lever otherwise"
        for name in lever.names:
            # A choice says all of a mechanism: its dose, when it starts, and where.
            kinds = ("dose", "start", "pace") if lever.kind == "choice" else (lever.kind,)
            for home in dict.fromkeys(homes.setdefault((kind, name), f"levers.{id}") for kind in kinds):
                if home != f"levers.{id}":
                    yield at, f"mechanism {name!r} stands in {home} too; it can be in one only"
            if name not in dosed:
                yield at, f"{name} has no dose anywhere; give it one in across or in a lever"
        for design, specs in lever.choices.items():
            if designs.setdefault(design, id) != id:
                yield (*at, "choices", design), f"levers.{designs[design]} has a design of this name too"
            for name, spec in specs.items():
                for community in dict.fromkeys((*spec.communities, *spec.starts)):
                    if community not in (there := place.community_names):
                        near = closest(community, there)
                        yield (*at, "choices", design, name), f"unknown community {community!r}{near}"
        last = max(lever.range[1], lever.baseline)
        if lever.kind == "start" and last > place.weeks:
            yield at, f"week {last:g} comes after the last week of the run, {place.weeks}"


def _designs(study: Study) -> Iterator[Misfit]:
    design, uncertain = study.design, study.uncertainties.given
    place_alone = not study.levers and design.levers is not None and design.levers.kind == "base"
    if not study.levers and not uncertain and not place_alone:
        yield (), "nothing is varied; give levers, uncertainties or both"
        return
    if study.portfolio is not None:
        if design.levers is not None or design.together is not None:
            where = "levers" if design.levers is not None else "together"
            yield ("design", where), "a portfolio chooses the policies itself, so there is no design over the levers"
        if not study.levers:
            yield ("portfolio",), "needs levers to choose from"
        if isinstance(study.replications, Precision):
            yield ("replications",), "must be a number, since a portfolio compares all its points alike"
    elif design.levers is not None and not study.levers and not place_alone:
        yield ("design", "levers"), "there are no levers to lay it over"
    if design.uncertainties is not None and not uncertain:
        yield ("design", "uncertainties"), "there are no uncertainties to lay it over"
    if uncertain and design.uncertainties is None and design.together is None:
        example = '{ kind = "latin_hypercube", points = 100 }'
        yield ("uncertainties",), f"no design is laid over them; say for example design.uncertainties = {example}"


def _goals(study: Study, place: Scenario) -> Iterator[Misfit]:
    names = study.portfolio.measured if study.portfolio is not None else []
    wanted = {name.partition(AT)[2]: name for name in names if AT in name}
    if wanted and "communities" not in study.keep.tables:
        yield ("keep", "tables"), f"the portfolio needs communities, for {', '.join(wanted.values())}"
    there = {one.name for one in place.types}
    for kind, name in wanted.items():
        if kind not in there:
            yield ("portfolio",), f"{name}: there is no community of this type; there are {', '.join(sorted(there))}"


def _points(study: Study) -> Iterator[Misfit]:
    """What keeps a design from being made, or its points from being compared as asked."""
    levers, numbers = study.lever_factors(), study.uncertain_factors()
    design = study.design
    asked = {
        "together": (design.together, [*levers, *numbers]),
        "levers": (None if study.portfolio is not None else lever_design(study), levers),
        "uncertainties": (design.uncertainties, numbers),
    }
    for where, (one, factors) in asked.items():
        if one is None:
            continue
        try:
            one.count(factors)
        except InputError as error:
            yield ("design", where), str(error)
            return
    if isinstance(study.replications, Precision):
        yield from _contrast(study, study.replications)


def _contrast(study: Study, asked: Precision) -> Iterator[Misfit]:
    from experiments.plan import Plan

    names = set(Plan(study).points["design"])
    for name in (NOTHING,) if asked.contrast == ANY else asked.contrast:
        if name not in names:
            yield ("replications", "contrast"), f"the study has no design {name!r}{closest(name, names)}"


def _uncertainties(study: Study, place: Scenario) -> Iterator[Misfit]:
    numbers, used = study.uncertainties, study.mechanisms_used(place)
    factors = numbers.factors(used, place.parameters)
    for name in numbers.idle(used):
        yield ("uncertainties", "numbers", numbers.numbers.index(name)), f"{name!r} chooses no number of this study"
    if numbers.given and not factors and not numbers.idle(used):
        yield ("uncertainties",), "no number is left that could be varied"
    for one in factors:
        if one.name in study.levers:
            yield ("levers", one.name), "is the name of an uncertain number too"
        if one.name != EMERGENCY:
            continue
        if not place.emergencies:
            yield ("uncertainties",), f"{EMERGENCY} needs a scenario with an emergency"
        elif (most := one.high * max(shock.strength for shock in place.emergencies)) > STRONGEST:
            yield ("uncertainties",), f"{EMERGENCY} makes an emergency {most:g} times as strong; at most {STRONGEST:g}"
