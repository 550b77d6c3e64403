"""Designs: which points a study runs. A file for each; all follow :mod:`experiments.designs.design`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, get_args

from pydantic import Field

from experiments.designs.base import Base
from experiments.designs.design import Design, Factor
from experiments.designs.fractional_factorial import FractionalFactorial
from experiments.designs.full_factorial import FullFactorial
from experiments.designs.given import Given
from experiments.designs.latin_hypercube import LatinHypercube
from experiments.designs.leave_one_out import LeaveOneOut
from experiments.designs.morris import Morris
from experiments.designs.one_by_one import OneByOne
from experiments.designs.pairs import Pairs
from experiments.designs.saltelli import Saltelli
from experiments.designs.sample_file import SampleFile
from experiments.designs.sobol_sequence import SobolSequence

AnyDesign = Annotated[
    Base
    | OneByOne
    | LeaveOneOut
    | Pairs
    | FullFactorial
    | FractionalFactorial
    | LatinHypercube
    | SobolSequence
    | Morris
    | Saltelli
    | SampleFile
    | Given,
    Field(discriminator="kind"),
]
"""Settings of any design, for a field of a pydantic model; ``kind`` says which."""

KINDS: Mapping[str, type[Design]] = {
    design.model_fields["kind"].default: design for design in get_args(get_args(AnyDesign)[0])
}
"""Designs by their ``kind``."""

__all__ = ["KINDS", "AnyDesign", "Design", "Factor"]
