"""Parts that every table of a study file shares: strictness, and texts in three languages."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from experiments.schema import or_text
from experiments.text import LANGUAGES


class Strict(BaseModel):
    """A table of a study file: unknown fields are errors, and nothing is converted silently."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Texts(Strict):
    """A text in the three languages; a bare text stands for all three."""

    model_config = ConfigDict(json_schema_extra=or_text)

    en: str = Field(min_length=1)
    zh_hans: str = Field(min_length=1)
    zh_hant: str = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _one_for_all(cls, value: Any) -> Any:
        return dict.fromkeys(LANGUAGES, value) if isinstance(value, str) else value

    def __getitem__(self, language: str) -> str:
        """Text in ``language``."""
        return str(getattr(self, language))
