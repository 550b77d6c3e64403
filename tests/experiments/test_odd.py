"""The ODD document tells the model as it is: every rule, column, number and mechanism, and nothing that is gone."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pytest

from experiments.odd import DOCUMENTS, code, notes, parts, render
from experiments.odd.text import equation, table
from sim.catalogue import entries
from sim.community_types import community_types
from sim.errors import InputError
from sim.mechanisms.micro_grid import MicroGrid
from sim.mechanisms.shared_data import SharedData
from sim.schedule import NAMES
from sim.table import TableType

AGAIN = "stale: run `python -m experiments.odd`"
RULE = "processes.routing.chance_of_error"


def written(language: str) -> str:
    return (notes.FOLDER.parent / DOCUMENTS[language]).read_text(encoding="utf-8")


def with_function(monkeypatch, one: code.Function) -> None:
    """Let the model have this function, or have it in this form."""
    known = {**code.functions(), one.id: one}
    monkeypatch.setattr(code, "functions", lambda: known)


def test_every_rule_has_an_equation_and_every_equation_a_rule():
    assert notes.wrong_equations() == []


@pytest.mark.parametrize("language", DOCUMENTS)
def test_the_document_on_disk_is_the_one_that_the_model_gives(language):
    assert render(language) == written(language), AGAIN


def test_a_rule_without_an_equation_is_named(monkeypatch):
    with_function(monkeypatch, code.Function("processes.routing.chance_of_rain", "rule", "", frozenset(), "0"))

    with pytest.raises(InputError, match=r"no equation for the rule processes\.routing\.chance_of_rain"):
        render()


def test_an_equation_whose_rule_is_gone_is_named(monkeypatch):
    known = {id: one for id, one in code.functions().items() if id != RULE}
    monkeypatch.setattr(code, "functions", lambda: known)

    assert [line for line in notes.wrong_equations() if RULE in line and "no function" in line]


def test_an_equation_whose_rule_has_changed_is_named(monkeypatch):
    with_function(monkeypatch, dataclasses.replace(code.functions()[RULE], fingerprint="other"))

    assert [line for line in notes.wrong_equations() if RULE in line and "has changed" in line]


def test_an_equation_names_only_what_its_code_names(monkeypatch):
    with_function(monkeypatch, dataclasses.replace(code.functions()[RULE], names=frozenset({"several"})))

    assert f"docs/odd/equations.toml: {RULE}: its code does not name care, gain, skill" in notes.wrong_equations()


def test_a_fingerprint_sees_code_and_not_words():
    def fingerprint(text: str) -> str:
        return next(code._functions(code.ast.parse(text), "processes.x")).fingerprint

    plain = fingerprint("@rule\ndef f(a):\n    return a + 1.0\n")

    assert fingerprint('@rule\ndef f(a):\n    """Words."""\n    # why\n    return (a + 1.0)\n') == plain
    assert fingerprint("@rule\ndef f(a):\n    return a + 2.0\n") != plain


def test_decisions_of_organisations_need_equations_too():
    kinds = {one.id: one.kind for one in code.functions().values()}

    assert kinds["agents.providers.CharityFund.each_quarter"] == "decision"
    assert kinds["agents.views.OrganizationView.each_quarter"] == "function"


def test_a_column_without_a_description_is_named():
    kind = TableType(np.dtype([("age", np.int16)]), {"age": " "})

    with pytest.raises(InputError, match=r"sim/x\.py: column 'age' has no description"):
        code._columns(kind, "sim/x.py")


def test_a_marker_without_a_part_is_named(monkeypatch):
    monkeypatch.delitem(parts.PARTS, "schedule")

    with pytest.raises(InputError, match=r"no part \{\{schedule\}\}"):
        render()


def test_a_work_that_is_not_listed_is_named():
    with pytest.raises(InputError, match=r"no reference 'oliver1981'.*oliver1980"):
        notes.told("as in @oliver1981")


def test_all_seven_elements_and_all_eleven_concepts_have_a_heading():
    text = written("en")
    concepts = text.partition("## 4 ")[2].partition("## 5 ")[0]

    assert re.findall(r"^## (\d)", text, re.MULTILINE) == list("1234567")
    assert re.findall(r"^### (.*)$", concepts, re.MULTILINE)[:11] == [
        "Basic principles",
        "Emergence",
        "Adaptation",
        "Objectives",
        "Learning",
        "Prediction",
        "Sensing",
        "Interaction",
        "Stochasticity",
        "Collectives",
        "Observation",
    ]


def test_every_process_has_a_submodel_and_every_number_a_row():
    text = written("en")

    assert [name for name in NAMES if f'<a id="{parts.anchor(name)}"></a>' not in text] == []
    assert [one.name for one in entries() if f"| `{one.name.partition('.')[2]}` | {one.label.en} |" not in text] == []


def test_no_marker_and_no_key_of_a_work_is_left():
    left = [re.findall(r"\{\{\w+\}\}|@[a-z]+\d{4}", written(language)) for language in DOCUMENTS]

    assert left == [[], []]


def test_what_a_mechanism_moves_is_read_off_its_numbers():
    moved = {name: parts.arrow(old, new) for name, old, new in parts.moves(SharedData)}

    assert moved["routing.error"] == "↓"
    assert moved["discovery.hiding"] == "↑"
    assert all(old.shape == (len(community_types()),) for _, old, _ in parts.moves(MicroGrid))


def test_a_mechanism_that_does_nothing_is_named():
    class Idle(MicroGrid):
        def change_numbers(self, numbers, dose):
            """Change nothing."""

    with pytest.raises(InputError, match="mechanism idle: moves no number"):
        parts.effects("idle", Idle)


def test_the_chinese_overview_names_every_mechanism_in_chinese():
    text = written("zh")

    assert [name for name, kind in parts.built_in().items() if kind.text("label").zh_hans not in text] == []


def test_bars_and_line_breaks_do_not_break_a_table():
    assert table(("a",), [("x|y\nz",)]).splitlines()[2] == "| x\\|y<br>z |"


def test_names_of_code_stand_upright_in_equations():
    assert equation("a = <per_bounce>") == "```math\na = \\mathsf{per\\_bounce}\n```"
