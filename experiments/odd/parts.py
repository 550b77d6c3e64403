"""Generated parts of the ODD: each is made of what code and catalogue say, and stands at a marker of the same name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np

from experiments.odd import code as model
from experiments.odd.notes import citations, equation_of, evidence_in, notes, prose, told
from experiments.odd.text import code, equation, number, table
from sim import catalogue
from sim.catalogue import Entry, NumbersType, process_entries
from sim.community_types import MARGINS, community_types
from sim.emergency_kinds import emergency_kinds
from sim.errors import InputError
from sim.mechanisms import COSTS, Mechanism, mechanisms
from sim.outcomes import OUTCOMES
from sim.scenario import Scenario
from sim.schedule import NAMES, WEEK

FOUNDING = ("population", "network", "founding")
PATHS = {
    1: "Path 1: joint Party committee",
    2: "Path 2: five-society linkage",
    3: "Path 3: self-governance, law and virtue",
    4: "Path 4: comprehensive support",
    5: "Path 5: satisfaction-led assessment",
    6: "Path 6: leadership",
    0: "Across the paths",
}
STATE_OF_TABLE = {"index": "NEED_INDEX"}  # where the state's name and the table's differ


# Overview -------------------------------------------------------------------------------------------------------------


def files() -> str:
    """What each file of the model is for."""
    return table(
        ("file", "what it is for"), [(code(f"sim/{one.path}"), first(one.doc)) for one in model.files().values()]
    )


def first(doc: str) -> str:
    """First paragraph of a docstring."""
    return model.paragraphs(doc).partition("\n\n")[0]


def state_variables() -> str:
    """Columns of all tables, and the arrays beside them."""
    from sim.model import _STATE

    tables, arrays, parts = model.tables(), notes("arrays"), []
    state = {STATE_OF_TABLE.get(name, name.upper()): name for name in _STATE}
    unknown = [name for key, name in state.items() if key not in tables and name not in arrays]
    if unknown:
        raise InputError(f"docs/odd/arrays.toml: says nothing of {', '.join(unknown)} in sim.model._STATE")
    stale = [name for name in arrays if name not in _STATE]
    if stale:
        raise InputError(f"docs/odd/arrays.toml: {', '.join(stale)}: not in sim.model._STATE any more")
    for one in sorted(tables.values(), key=lambda one: list(state).index(one.name) if one.name in state else 99):
        name = state.get(one.name, one.name.lower())
        rows = [(code(column), kind, meaning) for column, (kind, meaning) in one.columns.items()]
        parts += [
            f"**{name}** ({code(f'sim/{one.path}')}). {first(one.doc)}",
            table(("column", "type", "meaning"), rows),
        ]
    rows = [(code(name), one["shape"], one["meaning"]) for name, one in arrays.items()]
    parts += ["**Arrays beside the tables.**", table(("array", "shape", "meaning"), rows)]
    return "\n\n".join(parts)


def schedule() -> str:
    """Processes of the week in their order."""
    rows = [
        (order, f"[{code(name)}](#{anchor(name)})", first(process.__doc__ or ""), first(process.run.__doc__ or ""))
        for order, (name, process) in enumerate(zip(NAMES, WEEK, strict=True), 1)
    ]
    return table(("", "process", "what happens", "what is run"), rows)


def source_rows() -> str:
    """Rows of the policy text, and which mechanisms stand for them."""
    rows: Mapping[str, Any] = notes("source")
    found: dict[str, list[str]] = {}
    for name, kind in built_in().items():
        for id in ids(kind):
            if id not in rows:
                raise InputError(f"docs/odd/source.toml: has no row {id}, which the mechanism {name} names")
            found.setdefault(id, []).append(code(name))
    return table(
        ("id", "in the policy text", "in the model", "mechanisms"),
        [(id, one["text"], one["model"], ", ".join(found.get(id, []))) for id, one in rows.items()],
    )


def decisions() -> str:
    """Names of the streams of chance, by process."""
    import importlib

    from sim.chance import _names

    streams: dict[str, set[str]] = {}
    for file in model.files().values():
        for value in vars(importlib.import_module(f"sim.{file.id}".rstrip("."))).values():
            if isinstance(value, int) and value in _names and "." in _names[value]:
                process, _, word = _names[value].partition(".")
                streams.setdefault(process, set()).add(word)
    return table(
        ("process", "what is left to chance"), [(code(k), ", ".join(sorted(v))) for k, v in sorted(streams.items())]
    )


def outcomes() -> str:
    """Outcomes with unit and definition."""
    better = {1: "more", -1: "less", 0: "–"}
    rows = [
        (code(name), one.label.en, catalogue.units()[one.unit].en, better[one.better], one.description.en)
        for name, one in OUTCOMES.items()
    ]
    return table(("outcome", "label", "unit", "better", "definition"), rows)


# Numbers --------------------------------------------------------------------------------------------------------------


def parameters(process: str) -> str:
    """Numbers of one process, and where a type of community differs."""
    rows = [entry_row(short, one) for short, one in process_entries(process).items()]
    text = table(("number", "meaning", "value", "unit", "range", "source", "grade", "reason"), rows)
    kinds = community_types()
    changed = [
        one.name for one in process_entries(process).values() if any(one.name in k.values for k in kinds.values())
    ]
    if changed:
        rows = []
        for name in changed:
            values = [kind.values.get(name) for kind in kinds.values()]
            shown = [f"{number(one.value)} ({one.grade})" if one else "" for one in values]
            rows.append((code(name.partition(".")[2]), *shown))
        text += "\n\nIn types of community that differ (grade in brackets, reasons under initialization):\n\n"
        text += table(("number", *(kind.label.en.lower() for kind in kinds.values())), rows)
    return text


def entry_row(short: str, one: Entry) -> tuple[str, ...]:
    """Row of one number."""
    return (
        code(short),
        one.label.en,
        number(one.value),
        catalogue.units()[one.unit].en,
        f"{number(one.low)} – {number(one.high)}",
        ", ".join(one.source),
        one.grade,
        one.reason,
    )


def grades() -> str:
    """Grades of evidence, and how many numbers have each."""
    every = list(all_entries())
    rows = [(grade, meaning, sum(one.grade == grade for one in every)) for grade, meaning in catalogue.GRADES.items()]
    return table(("grade", "meaning", "numbers"), rows)


def all_entries() -> Iterator[Entry]:
    """All numbers: of processes, of mechanisms, of emergencies."""
    yield from catalogue.entries()
    for kind in built_in().values():
        yield from kind.entries().values()
    for emergency in emergency_kinds().values():
        yield from emergency.surge.values()
        yield emergency.staff


def types() -> str:
    """Types of community: notes, margins, and the numbers that differ with their reasons."""
    parts = [table(("type", "what it is like"), [(f"{k.label.en} {code(k.name)}", k.note.en) for k in kinds()])]
    for margin, bands in MARGINS.items():
        rows = [
            (
                kind.label.en,
                *(f"{100 * kind.margins[margin].shares[band]:.1f}" for band in bands),
                ", ".join(kind.margins[margin].source),
                kind.margins[margin].grade,
                kind.margins[margin].reason,
            )
            for kind in kinds()
        ]
        heads = [band.replace("_", " ") for band in bands]
        parts += [f"Shares by {margin} (%):", table((margin, *heads, "source", "grade", "reason"), rows)]
    rows = [
        (kind.label.en, code(name), number(one.value), ", ".join(one.source), one.grade, one.reason)
        for kind in kinds()
        for name, one in kind.values.items()
    ]
    parts += [
        "Numbers that differ from the catalogue's:",
        table(("type", "number", "value", "source", "grade", "reason"), rows),
    ]
    return "\n\n".join(parts)


def kinds() -> Iterable[Any]:
    """Types of community."""
    return community_types().values()


def emergencies() -> str:
    """Kinds of emergency with their numbers."""
    rows = [
        (kind.label.en, *entry_row(one.name.partition(".")[2], one))
        for kind in emergency_kinds().values()
        for one in (*kind.surge.values(), kind.staff)
    ]
    heads = ("emergency", "number", "meaning", "value", "unit", "range", "source", "grade", "reason")
    return table(heads, rows)


def evidence() -> str:
    """Rows of the evidence that some number, reason, equation or passage cites."""
    numbers = [*all_entries(), *(one for kind in kinds() for one in (*kind.margins.values(), *kind.values.values()))]
    cited = evidence_in(prose("en")).union(*(evidence_in(" ".join((*one.source, one.reason))) for one in numbers))
    cited |= {id for one in equation_of().values() for id in one.get("cite", [])}
    unknown = sorted(id for id in cited if id[:1] == "E" and id[1:].isdigit() and id not in catalogue.evidence())
    if unknown:
        raise InputError(f"docs/odd: cites {', '.join(unknown)}, which evidence.csv does not have")
    rows = []
    for id, one in catalogue.evidence().items():
        if id in cited:
            span = f" ({one.low} – {one.high})" if one.low or one.high else ""
            title = f"[{one.title}]({one.url})" if one.url.startswith("http") else one.title
            rows.append(
                (id, one.quantity, one.value + span, one.unit, one.population, one.year, title, one.confidence, one.use)
            )
    return table(("id", "quantity", "value", "unit", "population", "year", "source", "confidence", "use"), rows)


# Submodels ------------------------------------------------------------------------------------------------------------


def anchor(process: str) -> str:
    """Anchor of a process's section."""
    return f"submodel-{process}".replace("_", "-")


def submodels() -> str:
    """All submodels: how a run is founded, what several processes share, the week, organisations, mechanisms."""
    week = [f"processes.{name}" for name in NAMES]
    rest = [
        id
        for id, file in model.files().items()
        if id not in {*FOUNDING, *week} and not id.startswith(("mechanisms.", "agents.")) and described(file)
    ]
    deciding = [id for id, file in model.files().items() if id.startswith("agents.") and described(file)]
    parts = []
    for order, id in enumerate([*FOUNDING, *rest, *week], 1):
        parts.append(submodel(f"7.{order}", model.files()[id]))
    order = len(parts) + 1
    parts.append(f"### 7.{order} Organisations decide\n\n" + "\n\n".join(body(model.files()[id]) for id in deciding))
    parts.append(f"### 7.{order + 1} Mechanisms\n\n{mechanism_parts()}")
    return "\n\n".join(parts)


def described(file: model.File) -> bool:
    """Whether a file has something to tell: a rule, a decision, or a function with an equation."""
    return any(one.needs_equation or one.id in equation_of() for one in file.functions)


def submodel(order: str, file: model.File) -> str:
    """One submodel: what it is, its rules in file order, its numbers."""
    name = file.id.rpartition(".")[2]
    text = f'<a id="{anchor(name)}"></a>\n\n### {order} {code(name)}\n\n{body(file)}'
    if name in catalogue.PROCESSES:
        text += f"\n\n**Numbers of {code(name)}**\n\n{parameters(name)}"
    if name == "founding":
        text += f"\n\n**Numbers of {code('categories')}**\n\n{parameters('categories')}"
    return text


def body(file: model.File) -> str:
    """What a file is for, its rules and loops in their order, and those that only move records."""
    parts, moved = [f"{model.paragraphs(file.doc)} ({code(f'sim/{file.path}')})"], []
    for one in file.functions:
        note = equation_of().get(one.id, {})
        if note.get("bookkeeping"):
            moved.append(f"{code(one.name)}: {note['meaning']}")
        elif note or (one.kind == "kernel" and one.doc):
            parts.append(function(one, note))
    if moved:
        parts.append("Moving records only:\n\n" + "\n".join(f"- {line}" for line in moved))
    return "\n\n".join(parts)


def function(one: model.Function, note: Mapping[str, Any]) -> str:
    """One rule, loop or decision: its docstring, equation, meaning and citation."""
    called = {"kernel": "loop ", "decision": "decision "}.get(one.kind, "")
    name = ".".join(one.id.split(".")[2:]) if one.kind == "decision" else one.name
    text = f"**{called}{code(name)}**" + (f" — {model.paragraphs(one.doc)}" if one.doc else "")
    if note:
        text += f"\n\n{equation(note['equation'])}\n\n{told(note['meaning'])}{citations(note)}"
    return text


# Mechanisms -----------------------------------------------------------------------------------------------------------


def built_in() -> Mapping[str, type[Mechanism]]:
    """Mechanisms of this package; those that others install are none of this document's business."""
    return {name: kind for name, kind in mechanisms().items() if kind.__module__.startswith("sim.mechanisms.")}


def base_numbers() -> SimpleNamespace:
    """Numbers of a community of each type before any mechanism, as ``change_numbers`` gets them."""
    scenario = Scenario()
    return SimpleNamespace(**{name: NumbersType(name)(*scenario.base(name)) for name in catalogue.PROCESSES})


def moves(kind: type[Mechanism]) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """Effective numbers that a mechanism at dose 1 moves: name, before and after by type of community."""
    before, after = base_numbers(), base_numbers()
    kind().change_numbers(after, np.ones(len(community_types())))
    found = []
    for process in catalogue.PROCESSES:
        for short in process_entries(process):
            old, new = getattr(before, process)[short], getattr(after, process)[short]
            if (old != new).any():
                found.append((f"{process}.{short}", old, new))
    return found


def hooks(kind: type[Mechanism]) -> list[str]:
    """Hooks by which a mechanism runs around a process or at its start."""
    names = ("at_start", *(f"{when}_{name}" for name in NAMES for when in ("before", "after")))
    return [name for name in names if hasattr(kind, name)]


def arrow(old: np.ndarray, new: np.ndarray) -> str:
    """Direction of a move."""
    return ("↑" if (new > old).any() else "") + ("↓" if (new < old).any() else "")


def span(values: np.ndarray) -> str:
    """Value, or least and greatest where types of community differ."""
    low, high = (f"{one:.3g}" for one in (values.min(), values.max()))
    return low if low == high else f"{low}…{high}"


def effects(name: str, kind: type[Mechanism]) -> list[str]:
    """What a mechanism does, a line for each number or hook.

    Raises
    ------
    InputError
        If it does nothing.
    """
    lines = [f"{code(one)} {arrow(old, new)} {span(old)} → {span(new)}" for one, old, new in moves(kind)]
    lines += [
        f"runs {code(hook)}" + (f": {first(doc)}" if (doc := getattr(kind, hook).__doc__) else "")
        for hook in hooks(kind)
    ]
    if not lines:
        raise InputError(f"mechanism {name}: moves no number at dose 1 and has no hook")
    return lines


def of_path(path: int) -> list[tuple[str, type[Mechanism]]]:
    """Mechanisms of a path, by the rows of the policy text."""
    found = [(name, kind) for name, kind in built_in().items() if kind.data()["path"] == path]
    return sorted(found, key=lambda one: (*ids(one[1]), one[0]))


def ids(kind: type[Mechanism]) -> Sequence[str]:
    """Rows of the policy text that a mechanism stands for."""
    source = kind.data()["source"]
    return [source] if isinstance(source, str) else source


def costs(kind: type[Mechanism]) -> str:
    """Costs at dose 1."""
    entries = kind.entries()
    words = {
        "setup_yuan": "{} yuan a resident once",
        "running_yuan": "{} yuan a resident and year",
        "staff_hours": "{} staff hours a week for 1,000 residents",
        "attention": "{} of attention",
    }
    return "\n".join(words[name].format(number(entries[name].value)) for name in COSTS)


def mechanism_parts() -> str:
    """Mechanisms, a table for each path, then their own numbers and rules."""
    parts = []
    for path, title in PATHS.items():
        chosen = of_path(path)
        if not chosen:
            continue
        rows = [
            (
                f"{kind.text('label').en} {code(name)}",
                ", ".join(ids(kind)),
                kind.text("dose_one").en,
                "\n".join(effects(name, kind)),
                costs(kind),
                kind.text("downside").en,
                ", ".join(map(code, kind.data()["interacts"])),
            )
            for name, kind in chosen
        ]
        heads = (
            "mechanism",
            "source",
            "dose 1 means",
            "what it changes at dose 1",
            "costs",
            "downside",
            "meant to work with",
        )
        numbers = [entry_row(one.name, one) for _, kind in chosen for one in kind.entries().values()]
        heads_of_numbers = ("number", "meaning", "value", "unit", "range", "source", "grade", "reason")
        parts += [f"**{title}**", table(heads, rows), "Their own numbers:", table(heads_of_numbers, numbers)]
        for name, _ in chosen:
            file = model.files()[f"mechanisms.{name}"]
            if described(file):
                parts.append(f"Rules of {code(name)}: {body(file)}")
    return "\n\n".join(parts)


# In Chinese -----------------------------------------------------------------------------------------------------------


def zh_schedule() -> str:
    """Week, in Chinese."""
    words = notes("zh")["week"]
    check_names("docs/odd/zh.toml: week", words, NAMES)
    return table(
        ("次序", "过程", "代码名", "做什么"), [(i, words[n][0], code(n), words[n][1]) for i, n in enumerate(NAMES, 1)]
    )


def zh_state() -> str:
    """Tables, in Chinese, with the number of their columns."""
    words = notes("zh")["state"]
    check_names("docs/odd/zh.toml: state", words, model.tables())
    rows = [(label, code(n.lower()), len(model.tables()[n].columns), about) for n, (label, about) in words.items()]
    return table(("实体", "代码名", "变量数", "主要状态变量"), rows)


def zh_submodels() -> str:
    """Submodels, in Chinese, with how many rules and numbers each has."""
    week, words = notes("zh")["week"], notes("zh")["submodels"]
    check_names("docs/odd/zh.toml: submodels", words, [name for name in catalogue.PROCESSES if name not in week])
    rows: list[tuple[object, ...]] = []
    for name in catalogue.PROCESSES:
        file = model.files().get(f"processes.{name}") or model.files().get(name)
        rules = sum(one.kind == "rule" for one in file.functions) if file else 0
        label, about = week.get(name) or words[name]
        rows.append((label, code(name), rules, len(process_entries(name)), about))
    counted = {f"processes.{name}" for name in catalogue.PROCESSES} | set(catalogue.PROCESSES)
    shared = sum(
        one.needs_equation for id, file in model.files().items() if id not in counted for one in file.functions
    )
    rows.append(("共用规则与组织决策", "–", shared, "–", "诉求的开始与了结、创建时的状态、各组织每季每年的决定"))
    return table(("子模型", "代码名", "规则数", "参数数", "内容"), rows)


def zh_mechanisms() -> str:
    """Mechanisms, with their labels in Chinese."""
    words = notes("zh")["paths"]
    rows = []
    for path in PATHS:
        for name, kind in of_path(path):
            effect = "、".join(f"{code(one)}{arrow(old, new)}" for one, old, new in moves(kind)) or "在过程前后运行"
            yuan = number(kind.entries()["running_yuan"].value)
            hours = number(kind.entries()["staff_hours"].value)
            rows.append(
                (
                    words[str(path)],
                    f"{kind.text('label').zh_hans} {code(name)}",
                    ", ".join(ids(kind)),
                    kind.text("dose_one").zh_hans,
                    effect,
                    f"{yuan}元/人·年；{hours}工时/千人·周",
                    kind.text("downside").zh_hans,
                )
            )
    return table(("路径", "机制", "出处", "力度为1时", "改变的数（方向）", "运行成本", "代价与风险"), rows)


def zh_outcomes() -> str:
    """Outcomes, with their labels in Chinese."""
    rows = [(one.label.zh_hans, code(name), catalogue.units()[one.unit].zh_hans) for name, one in OUTCOMES.items()]
    return table(("结果", "代码名", "单位"), rows)


def zh_types() -> str:
    """Types of community, in Chinese."""
    return "、".join(kind.label.zh_hans for kind in kinds())


def zh_emergencies() -> str:
    """Kinds of emergency, in Chinese."""
    return "、".join(kind.label.zh_hans for kind in emergency_kinds().values())


def zh_grades() -> str:
    """How many numbers have each grade of evidence."""
    every = list(all_entries())
    counts = [f"{grade}级{sum(one.grade == grade for one in every)}个" for grade in catalogue.GRADES]
    return f"全部{len(every)}个参数中，{'、'.join(counts)}"


def check_names(where: str, words: Mapping[str, Any], wanted: Iterable[str]) -> None:
    """See that a list of words has just the names that are wanted.

    Raises
    ------
    InputError
        Naming what is missing or too much.
    """
    missing, extra = sorted(set(wanted) - set(words)), sorted(set(words) - set(wanted))
    if missing or extra:
        raise InputError(
            f"{where}: missing {', '.join(missing) or 'nothing'}; too much {', '.join(extra) or 'nothing'}"
        )


PARTS: Mapping[str, Callable[[], str]] = {
    one.__name__: one
    for one in (
        files,
        state_variables,
        schedule,
        source_rows,
        decisions,
        outcomes,
        grades,
        types,
        emergencies,
        evidence,
        submodels,
        zh_schedule,
        zh_state,
        zh_submodels,
        zh_mechanisms,
        zh_outcomes,
        zh_types,
        zh_emergencies,
        zh_grades,
    )
}
