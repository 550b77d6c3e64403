"""JSON Schema of a scenario that stands in a study file: the short forms and the names that its model takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import GetJsonSchemaHandler
from pydantic_core import CoreSchema

from experiments.study.names import number_entries
from sim import Scenario, catalogue
from sim.community_types import MARGINS, ORGANIZATION_SEATS, community_types
from sim.emergency_kinds import emergency_kinds
from sim.mechanisms import mechanisms
from sim.needs_table import CATEGORIES


@dataclass(frozen=True)
class ScenarioTable:
    """Mark of a table that :class:`sim.Scenario` reads."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        made = handler.resolve_ref_schema(handler(Scenario.__pydantic_core_schema__))
        fields = made["properties"]
        of_kinds = {"communities": ("type", community_types()), "emergencies": ("kind", emergency_kinds())}
        for table, (field, names) in of_kinds.items():
            handler.resolve_ref_schema(fields[table]["items"])["properties"][field]["enum"] = sorted(names)
        margins = handler.resolve_ref_schema(fields["communities"]["items"])["properties"]["margins"]
        margins["anyOf"] = [{"type": "string"}, _own_type()]
        mechanism = {
            "anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, fields["mechanisms"].pop("additionalProperties")]
        }
        fields["mechanisms"] |= {
            "properties": dict.fromkeys(sorted(mechanisms()), mechanism),
            "additionalProperties": False,
        }
        # Not only these: a name without quotes is a table in a table.
        fields["parameters"] |= {
            "properties": {name: {"type": "number"} for name in sorted(number_entries())},
            "additionalProperties": True,
        }
        return made


def _own_type() -> dict[str, Any]:
    """Schema of a community's own type, with the fields of a type's file."""
    share = {"type": "number", "minimum": 0, "maximum": 1}
    words = {"type": "string"}
    told = {
        "source": {"anyOf": [words, {"type": "array", "items": words}]},
        "grade": {"enum": list(catalogue.GRADES)},
        "reason": words,
    }
    label = _table(dict.fromkeys(catalogue.LANGUAGES, words), catalogue.LANGUAGES)
    organization = {
        "name": words,
        "kind": {"enum": list(ORGANIZATION_SEATS)},
        "hours_week": {"type": "number", "minimum": 0},
        "fields": {"type": "array", "items": {"enum": list(CATEGORIES)}},
    }
    return _table(
        {
            "based_on": {"enum": sorted(community_types())},
            "label": label,
            "note": label,
            "margins": _table(
                {
                    kind: _table({"shares": _table(dict.fromkeys(bands, share), bands)} | told, ("shares",))
                    for kind, bands in MARGINS.items()
                }
            ),
            "values": _table(
                {
                    one.name: _table(
                        {"value": {"type": "number", "minimum": one.low, "maximum": one.high}} | told, ("value",)
                    )
                    for one in catalogue.entries()
                }
            ),
            "buildings": {"type": "array", "items": {"type": "integer", "minimum": 1}},
            "organizations": {"type": "array", "items": _table(organization, ("name", "kind", "hours_week"))},
        }
    )


def _table(fields: dict[str, Any], required: Sequence[str] = ()) -> dict[str, Any]:
    return {"type": "object", "properties": fields, "required": list(required), "additionalProperties": False}
