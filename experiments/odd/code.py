"""What the model's files say of themselves: what each file is for, its rules and loops, its tables."""

from __future__ import annotations

import ast
import functools
import hashlib
import importlib
import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import sim
from sim.errors import InputError
from sim.table import TableType

ROOT = Path(sim.__file__).parent
NOT_RULES_OF_THE_MODEL = (
    "chance",
    "compiled",
)  # the generator and the compiler: techniques, told in the design concepts
DECISIONS_OF_ORGANIZATIONS = ("each_quarter", "each_year")


@dataclass(frozen=True)
class Function:
    """One function of the model.

    Attributes
    ----------
    id : str
        Dotted place below ``sim``: ``processes.routing.chance_of_error``.
    kind : str
        ``rule``, ``kernel``, ``decision`` (an organisation's, by the quarter or year) or ``function``.
    doc : str
    names : frozenset of str
        Names that occur in its code: what an equation may name.
    fingerprint : str
        Changes when its code does, not when its docstring, comments or layout do.
    """

    id: str
    kind: str
    doc: str
    names: frozenset[str]
    fingerprint: str

    @property
    def name(self) -> str:
        """Its bare name."""
        return self.id.rpartition(".")[2]

    @property
    def needs_equation(self) -> bool:
        """Whether the ODD must say it in an equation, or that it only moves records."""
        return self.kind in {"rule", "decision"}


@dataclass(frozen=True)
class File:
    """One file of the model, by its dotted place below ``sim``."""

    id: str
    path: str
    doc: str
    functions: tuple[Function, ...]


@dataclass(frozen=True)
class Table:
    """One kind of table: where it stands, what it holds, and type and meaning of each column."""

    name: str
    path: str
    doc: str
    columns: Mapping[str, tuple[str, str]]


@functools.cache
def files() -> Mapping[str, File]:
    """All files of the model, in the order of their paths.

    Raises
    ------
    InputError
        If one does not say what it is for.
    """
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        relative = path.relative_to(ROOT)
        parts = [one for one in relative.with_suffix("").parts if one != "__init__"]
        tree = ast.parse(path.read_text(encoding="utf-8"))
        doc = ast.get_docstring(tree)
        if not doc:
            raise InputError(f"sim/{relative.as_posix()}: has no docstring that says what it is for")
        id = ".".join(parts)
        found[id] = File(id, relative.as_posix(), doc, tuple(_functions(tree, id)))
    return found


@functools.cache
def functions() -> Mapping[str, Function]:
    """All functions of the model by id."""
    return {one.id: one for file in files().values() for one in file.functions}


def _functions(tree: ast.Module, id: str) -> Iterator[Function]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield _function(node, f"{id}.{node.name}" if id else node.name, in_class=False)
        elif isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef):
                    yield _function(inner, f"{id}.{node.name}.{inner.name}", in_class=True)


def _function(node: ast.FunctionDef, id: str, *, in_class: bool) -> Function:
    doc = ast.get_docstring(node) or ""
    body = node.body[1:] if doc else node.body
    kind = "function"
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Name) and decorator.id in {"rule", "kernel"}:
            kind = decorator.id
    if kind == "rule" and id.partition(".")[0] in NOT_RULES_OF_THE_MODEL:
        kind = "function"
    if in_class and id.startswith("agents.") and node.name in DECISIONS_OF_ORGANIZATIONS and body:
        kind = "decision"
    code = repr([_bare(one) for one in (node.args, *body)])
    names = frozenset(re.findall(r"[A-Za-z_]\w*", "\n".join(ast.unparse(one) for one in (node.args, *body))))
    return Function(id, kind, doc, names, hashlib.sha256(code.encode()).hexdigest()[:8])


def _bare(node: object) -> object:
    """Syntax tree as plain tuples, without what only some versions of Python write down."""
    if isinstance(node, ast.AST):
        parts = [(name, part) for name, part in ast.iter_fields(node) if part not in (None, []) and name != "kind"]
        return (type(node).__name__, *((name, _bare(part)) for name, part in parts))
    return tuple(map(_bare, node)) if isinstance(node, list) else node


@functools.cache
def tables() -> Mapping[str, Table]:
    """All tables that the model declares, by the name of their declaration, with a tuple of arrays read as one."""
    found = {}
    for file in files().values():
        tree = ast.parse((ROOT / file.path).read_text(encoding="utf-8"))
        declared = [
            (node.targets[0].id, after)
            for node, after in zip(tree.body, [*tree.body[1:], None], strict=True)
            if isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and isinstance(node.value, ast.Call)
            and isinstance(node.value.func, ast.Name)
            and node.value.func.id == "table_type"
        ]
        for name, after in declared:
            doc = after.value.value if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) else None
            if not isinstance(doc, str):
                raise InputError(f"sim/{file.path}: {name} has no text below it that says what its rows are")
            kind = getattr(importlib.import_module(f"sim.{file.id}"), name)
            found[name] = Table(name, file.path, doc, _columns(kind, f"sim/{file.path}: {name}"))
    found["TIES"] = _ties()
    return found


def _columns(kind: TableType, where: str) -> dict[str, tuple[str, str]]:
    columns = {}
    for name, meaning in kind.documentation.items():
        if not meaning.strip():
            raise InputError(f"{where}: column {name!r} has no description")
        base, shape = kind.dtype[name].base, kind.dtype[name].shape
        columns[name] = (base.name + "".join(f"[{length}]" for length in shape), meaning)
    return columns


def _ties() -> Table:
    """Ties are a tuple of arrays, whose types and meanings stand in comments behind the fields."""
    from sim.agents.ties import Ties

    columns = {}
    for line in inspect.getsource(Ties).splitlines():
        field = re.match(r"\s+(\w+): np\.ndarray\b(.*)", line)
        if field:
            told = re.match(r"(\w+)[,:]\s+(\S.*)", field[2].rpartition("# ")[2])
            if not told:
                raise InputError(f"sim/agents/ties.py: Ties.{field[1]} needs a comment `# type: meaning`")
            columns[field[1]] = (told[1], told[2])
    return Table("TIES", "agents/ties.py", inspect.getdoc(Ties) or "", columns)


def paragraphs(doc: str) -> str:
    """Docstring as Markdown, up to its first headed section, each paragraph on one line."""
    plain = re.split(r"\n\n[A-Z]\w+\n-{3,}", doc.strip())[0]
    plain = re.sub(r":\w+:`[~.]?", "`", plain).replace("``", "`")
    return "\n\n".join(" ".join(part.split()) for part in plain.split("\n\n"))
