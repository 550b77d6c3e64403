"""JSON Schema of a file that a model reads, for editors: they complete names and mark faults while one types."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import CoreSchema, core_schema

from sim.errors import closest

DIALECT = "http://json-schema.org/draft-07/schema#"  # what editors of TOML know best
_BY_NAME = {"definitions", "properties", "patternProperties"}  # keywords that hold schemas by names of the file's own
_DATA = {"const", "default", "enum", "examples"}


@dataclass(frozen=True)
class Known:
    """A name out of those that are known: ``Annotated[str, Known("mechanism", mechanisms)]``.

    Another name is an error that says the closest one; editors offer the names.

    Attributes
    ----------
    what : str
        What the names are names of, in the singular.
    names : callable
        Gives the names; it is asked when a value is checked, so that they may still grow.
    """

    what: str
    names: Callable[[], Iterable[str]]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._checked, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return handler(schema) | {"enum": sorted(self.names())}

    def _checked(self, name: str) -> str:
        names = set(self.names())
        if name not in names:
            raise ValueError(f"unknown {self.what} {name!r}{closest(name, names)}")
        return name


@dataclass(frozen=True)
class Suggested:
    """Names that editors offer while others are right too, as patterns of names are.

    On a text it offers the names as its values, on a table as its keys.

    Attributes
    ----------
    names : callable
        Gives the names.
    """

    names: Callable[[], Iterable[str]]

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        made, names = handler(schema), sorted(self.names())
        if made.get("type") == "object":
            return made | {"properties": dict.fromkeys(names, made.get("additionalProperties", {}))}
        return {"anyOf": [{"enum": names}, made]}


def json_schema(model: type[BaseModel]) -> dict[str, Any]:
    """JSON Schema of the files that ``model`` reads.

    Descriptions come from ``Field(description=…)``, or else from the docstring: its first paragraph, and what stands
    under ``Attributes``. Dictionaries whose keys are :class:`Known` or ``Literal`` list their keys, which is what
    editors complete. Null is left out, as TOML has none.
    """
    schema = model.model_json_schema(schema_generator=_Generator, ref_template="#/definitions/{model}")
    schema["definitions"] = schema.pop("$defs", {})
    return {"$schema": DIALECT} | _for_editors(schema)


def or_text(schema: dict[str, Any]) -> None:
    """Let the schema of a model also take a bare text: ``ConfigDict(json_schema_extra=or_text)``."""
    table = dict(schema)
    schema.clear()
    schema["anyOf"] = [{"type": "string"}, table]


class _Generator(GenerateJsonSchema):
    def field_title_should_be_set(self, schema: Any) -> bool:
        return False  # it would only repeat the field's name

    def model_schema(self, schema: core_schema.ModelSchema) -> dict[str, Any]:
        made = super().model_schema(schema)
        model = schema["cls"]
        made.pop("description", None)
        if summary := _summary(model.__doc__ or ""):
            made["description"] = summary
        properties = made.get("properties", {})
        for name, words in _attributes(model).items():
            field = model.model_fields.get(name)
            properties.get(field.alias or name if field else name, {}).setdefault("description", words)
        for name, one in properties.items():
            if "description" in one:
                one["description"] = _plain(one["description"])
            if "const" in one and one.pop("default", None) and name not in made.get("required", ()):
                made["required"] = [name, *made.get("required", ())]  # it tells one kind of table from the others
        return made


def _summary(docstring: str) -> str:
    """First paragraph of a docstring, on one line."""
    return _plain(inspect.cleandoc(docstring).split("\n\n")[0])


def _attributes(model: type[BaseModel]) -> dict[str, str]:
    """What the docstrings of a model and of those it is made from say of each field."""
    found: dict[str, str] = {}
    for one in reversed(model.__mro__):
        section = re.search(
            r"^Attributes\n-+\n(.*?)(?=^\S[^\n]*\n-+\n|\Z)",
            inspect.cleandoc(one.__doc__ or ""),
            re.MULTILINE | re.DOTALL,
        )
        for names, words in re.findall(
            r"^(\S[^\n]*)\n((?:[ \t]+[^\n]*\n?|\n)+)", section[1] if section else "", re.MULTILINE
        ):
            found |= dict.fromkeys(names.split(" : ")[0].split(", "), _plain(words))
    return found


def _plain(words: str) -> str:
    """Words without the marks of reStructuredText but backquotes, on one line."""
    words = re.sub(r":\w+:`~?(?:[\w.]*\.)?(\w+)`", r"`\1`", words).replace("``", "`")
    return " ".join(words.split())


def _for_editors(schema: Any) -> Any:
    """Same schema in the words of draft 7, and of TOML."""
    if isinstance(schema, list):
        return [_for_editors(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made: dict[str, Any] = {}
    for word, value in schema.items():
        if word in _BY_NAME:
            made[word] = {name: _for_editors(one) for name, one in value.items()}
        elif word in _DATA:
            made[word] = value
        elif word != "discriminator":  # a word of OpenAPI; the kinds are told apart by their constants
            made[word] = _for_editors(value)
    if "anyOf" in made:
        made["anyOf"] = [one for one in made["anyOf"] if one != {"type": "null"}]
        if len(made["anyOf"]) == 1:
            made = made.pop("anyOf")[0] | made
    if made.get("default", "") is None:
        del made["default"]
    if "$ref" in made and len(made) > 1:  # draft 7 looks at nothing beside a reference
        made["allOf"] = [{"$ref": made.pop("$ref")}]
    if "prefixItems" in made:
        made["items"] = made.pop("prefixItems")
    if names := made.get("propertyNames", {}).get("enum"):
        del made["propertyNames"]
        made |= {"properties": dict.fromkeys(names, made["additionalProperties"]), "additionalProperties": False}
    return made
