"""What is wrong with a file, in words: all errors at once, each with line, field, value and what would be right."""

from __future__ import annotations

import itertools
import json
import re
import tomllib
import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import SchemaValidator

from experiments.toml_lines import Location, line_of
from sim.errors import InputError, closest

MOST_SHOWN = 60  # characters of a wrong value

# What a value must be, for each kind of error of pydantic whose own words speak of Python.
_MUST_BE = {
    "bool_type": "true or false",
    "dict_type": "a table",
    "enum": "{expected}",
    "finite_number": "a finite number",
    "float_type": "a number",
    "greater_than": "greater than {gt}",
    "greater_than_equal": "at least {ge}",
    "int_from_float": "a whole number",
    "int_type": "a whole number",
    "less_than": "less than {lt}",
    "less_than_equal": "at most {le}",
    "list_type": "a list",
    "literal_error": "{expected}",
    "mapping_type": "a table",
    "path_type": "the path of a file",
    "string_type": "a text in quotes",
    "tuple_type": "a list",
}
_IS = {
    "missing": "is missing",
    "too_long": "must hold at most {max_length}",
    "too_short": "must hold at least {min_length}",
    "string_too_long": "must have at most {max_length} characters",
    "string_too_short": "must have at least {min_length} characters",
}
_PATTERNS = {r"^[a-z][a-z0-9_]*$": "lower-case letters, digits and _, beginning with a letter"}
_NO_VALUE = {"assertion_error", "extra_forbidden", "missing", "value_error"}  # their words say enough
_OTHER_KIND = {"enum", "int_from_float", "literal_error"}  # and all "…_type": another branch of a union may be meant


def told(error: ValidationError, where: str, model: type[BaseModel], text: str | None = None) -> str:
    """All errors of a model's data, a line each.

    Parameters
    ----------
    error : ValidationError
        What ``model.model_validate`` raised.
    where : str
        Name of the file, or what else the data came from.
    model : type of BaseModel
    text : str, optional
        The TOML document that held the data. With it each message names its line, and they are sorted by it.

    Returns
    -------
    str
        Lines ``where:line: field: what is wrong, got value; did you mean …?``.
    """
    found = [_Found(dict(one), _walked(model, one["loc"])) for one in error.errors()]
    found = [one for one in found if not _is_short_for_another(one, found)]
    return told_at(_settled(found, 0), where, text)


def told_at(wrong: Iterable[tuple[Location, str]], where: str, text: str | None = None) -> str:
    """Faults that were found in a file, a line each, as :func:`told` writes them.

    Parameters
    ----------
    wrong : iterable of (path, words)
        Where in the file, and what is wrong there.
    where : str
    text : str, optional
    """
    lines: list[tuple[int, str]] = []
    for path, words in wrong:
        line = line_of(text, path) if text else None
        start = where if line is None else f"{where}:{line}"
        field = f"{_dotted(path)}: " if path else ""
        lines += [(line or 0, f"{start}: {field}{one}") for one in words.splitlines()]
    return "\n".join(words for _, words in sorted(lines, key=lambda one: one[0]))


def read_toml(path: Path) -> tuple[dict[str, Any], str]:
    """Fields of a TOML file, and its text for :func:`told`.

    Raises
    ------
    InputError
        If the file is missing, is a folder, is not UTF-8 or is not TOML; with line and column.
    """
    try:
        # Notepad and Excel begin files with a byte-order mark, which TOML does not know.
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        return tomllib.loads(text), text
    except tomllib.TOMLDecodeError as error:
        raise InputError(not_toml(error, str(path), text)) from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise InputError(f"{path}:{line}: not UTF-8 text; save the file as UTF-8") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None


def not_toml(error: tomllib.TOMLDecodeError, where: str, text: str) -> str:
    """What ``tomllib`` found wrong in ``text``, in one line: ``where:line:column: not TOML: …``."""
    match = re.fullmatch(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", str(error), re.DOTALL)
    if not match:
        return f"{where}: not TOML: {error}"
    words, line, column = match.groups()
    last = text.splitlines() or [""]
    return f"{where}:{line or len(last)}:{column or len(last[-1]) + 1}: not TOML: {words}"


@dataclass(frozen=True)
class _At:
    """What may stand at a place: a type, and the field that names the kind if it is a union of kinds."""

    type: Any
    kind_in: str | None = None

    @property
    def members(self) -> list[_At]:
        """Members of a union, without None; of any other type nothing."""
        if get_origin(self.type) not in {Union, types.UnionType}:
            return []
        return [_At(one) for one in get_args(self.type) if one is not types.NoneType]

    @property
    def model(self) -> type[BaseModel] | None:
        return self.type if isinstance(self.type, type) and issubclass(self.type, BaseModel) else None

    @property
    def kinds(self) -> dict[str, _At]:
        """Members of a union of kinds, by kind."""
        kinds: dict[str, _At] = {}
        for member in self.members if self.kind_in else []:
            model = _bare(member).model
            field = model.model_fields.get(str(self.kind_in)) if model else None
            names = get_args(field.annotation) if field and get_origin(field.annotation) is Literal else ()
            kinds |= {str(getattr(name, "value", name)): member for name in names}
        return kinds


@dataclass(frozen=True)
class _Place:
    path: Location  # in the file, that is, without the names that pydantic gives to members of unions
    at: _At
    around: _At = _At(Any)
    unions: tuple[tuple[Location, str], ...] = ()  # unions that were passed, each with the member that was tried


@dataclass(frozen=True)
class _Found:
    error: Mapping[str, Any]
    place: _Place

    @property
    def kind(self) -> str:
        return str(self.error["type"])

    @property
    def path(self) -> Location:
        kind_in = self.place.at.kind_in
        return (*self.place.path, kind_in) if kind_in and self.kind.startswith("union_tag") else self.place.path


def _walked(model: type[BaseModel], location: Sequence[str | int]) -> _Place:
    place = _Place((), _At(model))
    for part in location:
        at = _bare(place.at)
        if at.kind_in:
            place = _Place(place.path, at.kinds.get(str(part), _At(Any)), at, place.unions)
        elif at.members:
            member = next((one for one in at.members if _name(one) == part), _At(Any))
            place = _Place(place.path, member, at, (*place.unions, (place.path, str(part))))
        elif part != "[key]":
            place = _Place((*place.path, part), _inside(at, part), at, place.unions)
    return _Place(place.path, _bare(place.at), place.around, place.unions)


def _bare(at: _At) -> _At:
    """Same without ``Annotated``, and without the union if None is all that it adds."""
    if get_origin(at.type) is Annotated:
        inner, *notes = get_args(at.type)
        kinds = [_kind_in(note) for note in notes if isinstance(note, FieldInfo)]
        return _bare(_At(inner, next(filter(None, kinds), at.kind_in)))
    return _bare(_At(at.members[0].type, at.kind_in)) if len(at.members) == 1 else at


def _inside(at: _At, part: str | int) -> _At:
    """What may stand at a key, or at a place of a list."""
    if at.model:
        field = _fields(at.model).get(str(part))
        return _At(field.annotation, _kind_in(field)) if field else _At(Any)
    arguments = [one for one in get_args(at.type) if one is not Ellipsis]
    if isinstance(part, int) and get_origin(at.type) is tuple and part < len(arguments):
        return _At(arguments[part])
    return _At(arguments[-1]) if arguments else _At(Any)


def _name(member: _At) -> str:
    """Name that pydantic gives to a member of a union in the location of an error."""
    return SchemaValidator(TypeAdapter(member.type).core_schema).title


def _kind_in(field: FieldInfo) -> str | None:
    return field.discriminator if isinstance(field.discriminator, str) else None


def _fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _is_short_for_another(one: _Found, found: Iterable[_Found]) -> bool:
    """Whether a list is short only because an item was refused, which has its own line."""
    path = one.place.path
    return one.kind == "too_short" and any(
        len(other.place.path) > len(path) and other.place.path[: len(path)] == path for other in found
    )


def _settled(found: Sequence[_Found], depth: int) -> Iterator[tuple[Location, str]]:
    """Path and words of each error. Of the members of a union only the one that was meant has its errors told."""

    def union(one: _Found) -> Location | None:
        return one.place.unions[depth][0] if len(one.place.unions) > depth else None

    for path, together in itertools.groupby(found, union):
        if path is None:
            yield from ((one.path, _words(one)) for one in together)
            continue
        members: dict[str, list[_Found]] = {}
        for one in together:
            members.setdefault(one.place.unions[depth][1], []).append(one)
        meant = [errors for errors in members.values() if not _is_other_kind(errors, path)]
        if meant:
            yield from _settled(min(meant, key=len), depth + 1)
        else:
            yield path, _none_of(list(itertools.chain.from_iterable(members.values())))


def _is_other_kind(errors: Sequence[_Found], path: Location) -> bool:
    return all(one.place.path == path and (one.kind.endswith("_type") or one.kind in _OTHER_KIND) for one in errors)


def _none_of(found: Sequence[_Found]) -> str:
    must_be = " or ".join(dict.fromkeys(_must_be(one) for one in found))
    near = "".join(dict.fromkeys(_nearest(one) for one in found))
    return f"must be {must_be}, got {shown(found[0].error['input'])}{near}"


def _words(one: _Found) -> str:
    """What is wrong, the value, what would be right."""
    context = one.error.get("ctx", {})
    if one.kind == "extra_forbidden":
        model = one.place.around.model
        return f"unknown field{closest(str(one.path[-1]), _fields(model) if model else ())}"
    if one.kind == "union_tag_not_found":
        return f"is missing; one of {', '.join(one.place.at.kinds)}"
    if one.kind == "union_tag_invalid":
        known, near = one.place.at.kinds, closest(context["tag"], one.place.at.kinds)
        known_too = f"; known: {', '.join(known)}" if near.startswith("; did") else ""
        return f"unknown {one.place.at.kind_in} {context['tag']!r}{known_too}{near}"
    if one.kind in _IS:
        words = _IS[one.kind].format(**context)
        if one.kind == "string_too_short" and context["min_length"] == 1:
            words = "must not be empty"
    elif one.kind == "string_pattern_mismatch":
        words = f"must be {_PATTERNS.get(context['pattern'], 'text that matches ' + context['pattern'])}"
    elif one.kind in _NO_VALUE:
        words = str(one.error["msg"]).removeprefix("Value error, ").removeprefix("Assertion failed, ")
    else:
        must_be = _must_be(one)
        words = f"must be {must_be}" if must_be else str(one.error["msg"])
    return words if one.kind in _NO_VALUE else f"{words}, got {shown(one.error['input'])}{_nearest(one)}"


def _must_be(one: _Found) -> str:
    """Words after "must be"; none for an error that is no matter of what the value is."""
    at = one.place.at
    if one.kind in {"model_type", "model_attributes_type"}:
        if at.kinds:
            return f"a table whose {at.kind_in} is one of {', '.join(at.kinds)}"
        return f"a table of {', '.join(_fields(at.model))}" if at.model else "a table"
    if one.kind in _MUST_BE:
        return _MUST_BE[one.kind].format(**one.error.get("ctx", {}))
    words = str(one.error["msg"])
    return words.removeprefix("Input should be ") if words.startswith("Input should be ") else ""


def _nearest(one: _Found) -> str:
    """``; did you mean …?`` where names are given to choose from, and one is near."""
    if one.kind not in {"enum", "literal_error"} or not isinstance(one.error["input"], str):
        return ""
    near = closest(one.error["input"], re.findall(r"'([^']*)'", one.error["ctx"]["expected"]))
    return near if near.startswith("; did") else ""


def _dotted(path: Location) -> str:
    """Path as TOML writes it: ``uncertainties."needs.arrival".low``; a place in a list by its number."""
    return ".".join(
        str(part) if re.fullmatch(r"[A-Za-z0-9_-]+", str(part)) else json.dumps(part, ensure_ascii=False)
        for part in path
    )


def shown(value: Any) -> str:
    """Wrong value as an error shows it, shortened."""
    words = str(value).lower() if isinstance(value, bool) else repr(value)
    return words if len(words) <= MOST_SHOWN else f"{words[:MOST_SHOWN]}…"
