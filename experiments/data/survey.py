"""A survey of residents: from one row a respondent to answers without names, and from these to targets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.data.gathering import gathered
from experiments.data.intervals import Estimate, effective_size, weighted_mean, weighted_share
from experiments.data.layout import Export, Mapped, read_mapping
from experiments.data.small_cells import LEAST, hidden_cells
from experiments.data.targets import Targets
from experiments.town.cells import number, yes_or_no
from sim.errors import InputError, closest

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "satisfied": ("满意度", "总体满意度", "您对社区服务是否满意", "是否满意", "滿意度"),
    "took_part": ("近三个月是否参与", "近3个月是否参与", "近三个月参与社区活动", "近三個月是否參與"),
    "took_part_year": ("近一年是否参与", "近12个月是否参与", "近一年是否參與"),
    "trust": ("信任", "对社区的信任程度", "信任程度"),
    "efficacy": ("效能感", "参与是否有用"),
    "belonging": ("归属感", "社区归属感", "歸屬感"),
    "age": ("年龄段", "年龄组", "年齡段"),
    "tenure": ("住房性质", "住房产权", "住房性質"),
    "weight": ("权重", "权数", "權重"),
    "community": ("社区", "所属社区", "社区名称", "社區"),
}
SCORES = ("trust", "efficacy", "belonging")
GROUPS = ("age", "tenure", "community")
MEASURES = {"took_part": "participation", "took_part_year": "participation_year"}
_STEPS = {
    5: ("非常满意", "非常滿意", "很满意", "非常信任", "完全信任", "非常同意", "很强", "非常强"),
    4: ("满意", "滿意", "比较满意", "基本满意", "信任", "比较信任", "同意", "比较同意", "较强", "比较强"),
    3: ("一般", "说不清", "不好说", "中立"),
    2: ("不满意", "不滿意", "不太满意", "比较不满意", "不信任", "不太信任", "不同意", "不太同意", "较弱", "比较弱"),
    1: ("非常不满意", "非常不滿意", "很不满意", "完全不信任", "非常不信任", "非常不同意", "很弱", "非常弱"),
}
_SATISFIED_FROM = 4  # "satisfied" on a five-point scale begins at 60 of 100, as in the model (satisfaction.threshold)
_NO_ANSWER = ("拒答", "不知道", "未答", "未回答", "不清楚", "-", "/", "99", "98")
SECTIONS: Mapping[str, Sequence[str] | None] = {
    "columns": tuple(HEADINGS),
    "communities": None,
    "satisfied": ("words", "others"),
    "answers": ("none",),
    "independent": None,
}


@dataclass(frozen=True, repr=False)
class Survey:
    """Answers, without anything about persons.

    Attributes
    ----------
    dataframe : DataFrame
        A row a respondent: ``satisfied``, ``took_part``, ``took_part_year`` (1, 0 or NaN), ``trust``, ``efficacy``,
        ``belonging`` (0..1 or NaN), ``age``, ``tenure``, ``community`` (words), ``weight``.
    independent : bool
        Asked by somebody whom the answers do not assess: then ``satisfied`` is the true rate, not the surveyed one.
    source : str
    """

    dataframe: pd.DataFrame
    independent: bool = False
    source: str = ""

    def __len__(self) -> int:
        return len(self.dataframe)

    def __repr__(self) -> str:
        size = effective_size(self.dataframe["weight"].to_numpy())
        return f"{len(self):,} respondents, worth {size:,.0f} equally weighted ones"

    @property
    def answered(self) -> pd.Series:
        """Share of respondents who answered each question; a low one means that targets rest on a selection."""
        return self.dataframe[["satisfied", *MEASURES, *SCORES]].notna().mean().rename("answered")

    def by(self, column: str, least: int = LEAST) -> pd.DataFrame:
        """Weighted answers by ``age``, ``tenure`` or ``community``; groups of few respondents are NaN.

        Parameters
        ----------
        column : str
        least : int
            Fewest answers in a figure that is shown; where one would follow from the total, another is hidden too.

        Returns
        -------
        DataFrame
            ``n`` and the mean of each question; a row for each group.
        """
        if column not in GROUPS:
            raise InputError(f"by: unknown column {column!r}{closest(column, GROUPS)}")
        groups = self.dataframe[self.dataframe[column] != ""].groupby(column, sort=True)
        counts = groups.size()
        shown = pd.DataFrame({"n": counts.where(~_hidden(counts, least))})
        for name in ("satisfied", *MEASURES, *SCORES):
            answers = groups[name].count()
            means = groups[[name, "weight"]].apply(lambda one: _mean_of(*one.to_numpy().T))
            if len(means):
                shown[name] = means.where(~_hidden(answers, least) & shown["n"].notna())
        return shown

    def targets(self, *, least: int = LEAST) -> Targets:
        """Targets of the whole place and, if it has several, of each community.

        - ``satisfied_surveyed``: share of satisfied answers, in a survey that is part of an assessment, where some
          answers are polished, as in the model. With ``independent = true`` in the mapping it is ``satisfied`` instead.
        - ``participation``, ``participation_year``: share who took part at least once in the last three months, or
          year. Limits: people who take part also answer surveys more often, and remember more than they did.
        - ``trust``, ``efficacy``, ``belonging``: mean answer; five steps are the middles of the fifths of the model's
          scale from 0 to 1. Limits: wordings differ; compare changes rather than levels.

        All are about adults who answered; weights mend only what they are made from. The model's figures are means over
        a year: a survey made in one month is one moment of it. Intervals: 95 %, from the effective sample size; who
        refuses altogether is in none of them.

        Parameters
        ----------
        least : int
            Fewest answers in a figure that is shown.
        """
        names = [name for name in self.dataframe["community"].unique() if name]
        found: dict[tuple[str, str], Estimate | str] = {}
        for community in ("", *(names if len(names) > 1 else ())):
            frame = self.dataframe[self.dataframe["community"] == community] if community else self.dataframe
            for field, outcome, of in self._outcomes:
                given = frame[frame[field].notna()]
                found[outcome, community] = of(given[field], given["weight"]) if len(given) else "answer"
        return gathered(found, names, self.source, least)

    @property
    def _outcomes(self) -> list[tuple[str, str, Callable[..., Estimate]]]:
        satisfied = "satisfied" if self.independent else "satisfied_surveyed"
        shares = [("satisfied", satisfied), *MEASURES.items()]
        return [(*one, weighted_share) for one in shares] + [(name, name, weighted_mean) for name in SCORES]


def _mean_of(values: Any, weights: Any) -> float:
    given = ~pd.isna(values)
    return float((values[given] * weights[given]).sum() / weights[given].sum()) if given.any() else float("nan")


def _hidden(counts: pd.Series, least: int) -> Any:
    return hidden_cells([*counts, int(counts.sum())], [(list(range(len(counts))), len(counts))], least)[:-1]


def read_survey(
    path: str | Path, mapping: Mapped | None = None, *, drop: Sequence[str] = (), encoding: str | None = None
) -> Survey:
    """Read a survey.

    Parameters
    ----------
    path : str or Path
        ``.xlsx``, or text with commas, semicolons or tabs in any of the usual encodings.
    mapping : path of a TOML file or dict, optional
        ``[columns]`` field = heading, where a heading is not a usual one; ``[communities]`` word of the file = name in
        the scenario; ``[satisfied] words``: answers that count as satisfied, ``others``: those that do not (default: 4
        and 5 of five steps, in figures or words); ``[answers] none``: what stands for no answer; ``independent = true``
        for a survey by somebody whom the answers do not assess.
    drop : sequence of str
        Columns to leave out before anything is looked at. Free text is left out anyway, unless it is mapped.
    encoding : str, optional
        Encoding of a text file, where it cannot be told.

    Returns
    -------
    Survey

    Raises
    ------
    InputError
        For personal data, and for cells that cannot be right: the first 20 with file, row, column and value, and how
        many there are.
    """
    raw, where = read_mapping(mapping, SECTIONS)
    if not isinstance(independent := raw.get("independent", False), bool):
        raise InputError(f"{where}: independent must be true or false, got {independent!r}")
    export = Export(path, HEADINGS, raw.get("columns", {}), (), drop, encoding)
    if not any(name in export for name in ("satisfied", *MEASURES, *SCORES)):
        raise InputError(
            f"{path}: no column with an answer; usual headings: {', '.join(words[0] for words in HEADINGS.values())}; "
            f"name one in the mapping: [columns]"
        )
    if export.table.empty:
        raise InputError(f"{path}: has headings but no answers")
    silent = {str(words) for words in raw.get("answers", {}).get("none", _NO_ANSWER)}
    yes_no = _unless(silent, yes_or_no)
    frame = pd.DataFrame({"satisfied": export.read("satisfied", _unless(silent, _satisfied(raw)))})
    for name in MEASURES:
        frame[name] = export.read(name, yes_no)
    for name in SCORES:
        frame[name] = export.read(name, _unless(silent, _score))
    for name in ("age", "tenure"):
        frame[name] = export.read(name, str).fillna("")
    frame["community"] = export.communities(raw.get("communities", {}))
    weight = export.read("weight", _weight, required="weight" in export)
    frame["weight"] = weight if "weight" in export else 1.0
    export.check()
    answers = ["satisfied", *MEASURES, *SCORES, "weight"]
    frame[answers] = frame[answers].astype(float)
    return Survey(frame.reset_index(drop=True), independent, Path(path).name)


def _unless(silent: set[str], reader: Callable[[str], Any]) -> Callable[[str], Any]:
    return lambda words: None if words in silent else reader(words)


def _satisfied(raw: Mapping[str, Any]) -> Callable[[str], bool]:
    own = raw.get("satisfied", {})
    meant = {str(word): meaning for name, meaning in (("words", True), ("others", False)) for word in own.get(name, ())}
    if own:
        meaning_of = meant
    else:
        meaning_of = {word: step >= _SATISFIED_FROM for step, words in _STEPS.items() for word in (str(step), *words)}

    def read(words: str) -> bool:
        if words not in meaning_of:
            raise ValueError(
                f"unknown answer {words!r}{closest(words, meaning_of)}; say in the mapping: [satisfied] words, others"
            )
        return meaning_of[words]

    return read


def _score(words: str) -> float:
    """Middle of the fifth of the scale from 0 to 1 that a step from 1 to 5 stands for."""
    steps = {word: step for step, known in _STEPS.items() for word in (str(step), *known)}
    if words not in steps:
        raise ValueError(f"must be a step from 1 to 5 or a word such as 比较信任, got {words!r}")
    return (steps[words] - 0.5) / 5.0


def _weight(words: str) -> float:
    found = number(words)
    if found <= 0.0:
        raise ValueError(f"must be above 0, got {words!r}")
    return found
