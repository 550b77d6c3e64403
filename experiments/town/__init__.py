"""A town of somebody's own: tables to fill in, read and checked, and a page of what was understood and assumed.

>>> from experiments.town import example_town, read_town
>>> town = read_town(example_town())
"""

from pathlib import Path

from experiments.town.tables import read_table
from experiments.town.template import write_template
from experiments.town.town import Town, read_town

__all__ = ["Town", "example_town", "read_table", "read_town", "write_template"]


def example_town() -> Path:
    """Tables of a made-up town, 子虚镇 Zixu: 12 communities of all five types, some of which leave much out."""
    return Path(__file__).parent / "examples" / "Zixu"
