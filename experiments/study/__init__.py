"""Study files: what is varied, how, how often, and what is kept of it."""

from experiments.study.levers import Lever, known_doses
from experiments.study.numbers import Uncertainties
from experiments.study.ready import STUDIES, load_study, ready_studies
from experiments.study.spec import AIMS, ALL, NOTHING, Designs, Keep, Quick, Study
from experiments.study.texts import Texts

__all__ = [
    "AIMS",
    "ALL",
    "NOTHING",
    "STUDIES",
    "Designs",
    "Keep",
    "Lever",
    "Quick",
    "Study",
    "Texts",
    "Uncertainties",
    "known_doses",
    "load_study",
    "ready_studies",
]
