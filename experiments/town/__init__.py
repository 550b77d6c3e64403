"""A town of somebody's own: tables to fill in, read and checked, and a page of what was understood and assumed."""

from experiments.town.tables import read_table
from experiments.town.template import write_template
from experiments.town.town import Town, read_town

__all__ = ["Town", "read_table", "read_town", "write_template"]
