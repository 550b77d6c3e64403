"""Names of designs, paths, communities and resident groups as readers see them."""

from __future__ import annotations

from experiments.study import ALL, NOTHING, Study
from experiments.text import has_text, text
from sim import Scenario
from sim.community_types import community_types
from sim.mechanisms import mechanisms


def lever_label(study: Study, id: str, language: str) -> str:
    """Number and label of a lever: ``1 Joint Party committee``."""
    return f"{list(study.levers).index(id) + 1} {bare_lever_label(study, id, language)}"


def bare_lever_label(study: Study, id: str, language: str) -> str:
    """Label of a lever: its own, else that of its mechanism, else its id."""
    lever = study.levers[id]
    if lever.label is not None:
        return lever.label[language]
    if lever.kind == "choice":
        return id
    return mechanism_label(lever.names[0], language) if len(lever.names) == 1 else id


def factor_label(study: Study, name: str, language: str) -> str:
    """Label of a lever, or of an uncertain number."""
    from experiments.screening import number_label
    from experiments.study.names import EMERGENCY

    if name in study.levers:
        return lever_label(study, name, language)
    return text(language, "study.emergency_strength") if name == EMERGENCY else number_label(name, language)


def design_label(study: Study, mask: int, language: str) -> str:
    """``nothing``, ``all paths``, ``all but 3``, a path's label, or the numbers of the paths that are on."""
    on = [id for id, is_on in study.is_on(mask).items() if is_on]
    if mask == 0:
        return text(language, f"design.{NOTHING}")
    if mask == study.all_on:
        return text(language, f"design.{ALL}")
    if len(on) == 1:
        return lever_label(study, on[0], language)
    off = [id for id in study.levers if id not in on]
    if len(off) == 1:
        return text(language, "design.all_but", path=lever_label(study, off[0], language))
    return study.mask_name(mask)


def community_label(place: Scenario, name: str, language: str) -> str:
    """Own name of a community; its type's label and number when it has none."""
    spec = place.communities[place.community_names.index(name)]
    if spec.name or spec.type not in community_types():
        return name
    number = name.removeprefix(spec.type).replace("_", " ")
    return community_types()[spec.type].label[language] + number


def dimension_label(dimension: str, language: str) -> str:
    """Label of a dimension of resident groups."""
    id = f"dimension.{dimension}"
    return text(language, id) if has_text(id) else dimension


def group_label(dimension: str, group: object, language: str) -> str:
    """Label of a resident group."""
    id = f"group.{dimension}.{group}"
    return text(language, id) if has_text(id) else str(group)


def mechanism_label(name: str, language: str) -> str:
    """Label of a mechanism."""
    return mechanisms()[name].text("label")[language]
