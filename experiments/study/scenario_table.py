"""JSON Schema of a scenario that stands in a study file: the short forms and the names that its model takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import GetJsonSchemaHandler
from pydantic_core import CoreSchema

from experiments.study.names import number_entries
from sim import Scenario
from sim.community_types import community_types
from sim.emergency_kinds import emergency_kinds
from sim.mechanisms import mechanisms


@dataclass(frozen=True)
class ScenarioTable:
    """Mark of a table that :class:`sim.Scenario` reads."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        made = handler.resolve_ref_schema(handler(Scenario.__pydantic_core_schema__))
        fields = made["properties"]
        of_kinds = {"communities": ("type", community_types()), "emergencies": ("kind", emergency_kinds())}
        for table, (field, names) in of_kinds.items():
            handler.resolve_ref_schema(fields[table]["items"])["properties"][field]["enum"] = sorted(names)
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
