"""Tickets of a hotline or a grid platform: from an export to records without names, and from these to targets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.data import from_tickets
from experiments.data.dates import AUTO
from experiments.data.gathering import gathered
from experiments.data.intervals import Estimate
from experiments.data.layout import Export, Mapped, day_of, read_mapping
from experiments.data.small_cells import LEAST, hidden_cells
from experiments.data.targets import Targets
from experiments.town.cells import number, whole, yes_or_no
from sim.errors import InputError, closest
from sim.needs_table import CATEGORIES, CHANNELS
from sim.why import text as why_text

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "ticket": ("工单编号", "工单号", "受理编号", "诉求编号", "事件编号", "工單編號"),
    "arose": ("事发时间", "发生时间", "问题发生时间", "事發時間"),
    "raised": ("受理时间", "来电时间", "登记时间", "创建时间", "上报时间", "诉求时间", "受理日期", "受理時間"),
    "closed": ("办结时间", "结案时间", "完成时间", "办结日期", "辦結時間"),
    "solved": ("解决时间", "实际解决时间", "解決時間"),
    "resolved": ("是否解决", "解决情况", "是否解決"),
    "in_term": ("是否按期办结", "按期办结", "是否按时办结", "是否按期辦結"),
    "category": ("诉求类别", "问题类别", "事项分类", "诉求分类", "问题分类", "一级分类", "事件类别", "訴求類別"),
    "kind": ("工单类型", "诉求类型", "诉求性质", "工單類型"),
    "channel": ("诉求来源", "来源渠道", "受理渠道", "来源", "渠道", "訴求來源"),
    "rating": ("满意度", "满意度评价", "回访评价", "回访结果", "评价结果", "评价", "滿意度"),
    "valid": ("评价有效", "评价是否有效", "是否纳入考核", "評價有效"),
    "bounces": ("退回次数", "退单次数", "退回次數"),
    "handovers": ("移交次数", "转派次数", "转办次数", "移交次數"),
    "community": ("社区", "所属社区", "社区名称", "社區"),
}
_CATEGORY_WORDS = {
    "property": ("物业管理", "物业服务", "物业", "住房", "住房保障"),
    "environment": ("环境卫生", "市容环境", "市容环卫", "环境保护", "生态环境"),
    "elder_care": ("养老服务", "养老", "老龄"),
    "children": ("教育", "儿童", "托育"),
    "disputes": ("邻里纠纷", "矛盾纠纷", "社会治安", "治安"),
    "legal_labour": ("劳动保障", "劳动纠纷", "法律服务", "劳资纠纷"),
    "livelihood": ("民生保障", "就业", "社会保障", "社会救助", "低保"),
    "facilities": ("公共设施", "市政设施", "基础设施", "公用设施"),
    "parking": ("停车管理", "交通管理", "停车", "交通"),
}
_CHANNEL_WORDS = {
    "hotline": ("12345热线", "12345", "热线", "电话", "热线电话", "便民热线"),
    "online": ("网络", "微信", "小程序", "APP", "网站", "网上", "微信小程序", "接诉即办平台"),
    "visit": ("来访", "上门", "窗口", "居民来访", "社区来访"),
    "patrol": ("巡查", "网格巡查", "网格员上报", "网格上报", "网格员"),
    "neighbour": ("邻里反映", "楼栋长", "楼栋长上报", "邻居反映"),
    "meeting": ("议事会", "居民议事会", "座谈会"),
    "list": ("走访", "入户走访", "清单", "需求清单"),
}
_QUESTIONS = ("咨询", "諮詢", "政策咨询", "question")
# So-so counts as satisfied on most forms, as in the model (service.satisfied_from).
_SATISFIED = (
    *("非常满意", "很满意", "满意", "比较满意", "基本满意", "一般", "5", "4", "3"),
    *("非常滿意", "滿意", "比較滿意", "基本滿意", "satisfied", "very satisfied"),
)
_UNSATISFIED = (
    *("不满意", "不太满意", "非常不满意", "很不满意", "2", "1", "不滿意", "非常不滿意"),
    *("unsatisfied", "very unsatisfied", "dissatisfied"),
)
_UNRATED = ("未评价", "未评", "未回访", "无法接通", "未接通", "拒绝评价", "拒访", "无", "-", "/", "不评价")
_YES = ("已解决", "解决", "已解決", "按期", "按期办结", "按时", "有效")
_NO = ("未解决", "部分解决", "未解決", "超期", "逾期", "超期办结", "逾期办结", "未按期", "无效")
SECTIONS: Mapping[str, Sequence[str] | None] = {
    "columns": tuple(HEADINGS),
    "dates": ("format",),
    "categories": None,
    "channels": None,
    "communities": None,
    "residents": None,
    "kinds": ("question",),
    "rating": ("satisfied", "unsatisfied", "unrated"),
    "term": ("days",),
    "period": ("start", "end"),
    "other": None,
    "duplicates": None,
}
UNMAPPED = "unmapped"


@dataclass(frozen=True, repr=False)
class Tickets:
    """Records of an export, without anything about persons.

    Attributes
    ----------
    dataframe : DataFrame
        A row a ticket: ``raised``, ``arose``, ``closed``, ``solved`` (dates; NaT: not, or not recorded), ``category``,
        ``channel``, ``community`` (model's words, ``""`` unknown), ``question`` (no practical matter), ``in_term``,
        ``satisfied``, ``valid`` (True, False or None), ``bounces``, ``handovers`` (NaN unknown).
    start, end : datetime
        First day of the period, and the day after its last.
    term : float or None
        Days within which a matter should be closed.
    residents : dict of str to int
        Residents of each community; ``""`` for the whole place, where there is no column of communities.
    source : str
    """

    dataframe: pd.DataFrame
    start: dt.datetime
    end: dt.datetime
    term: float | None
    residents: Mapping[str, int] = field(default_factory=dict)
    source: str = ""

    def __len__(self) -> int:
        return len(self.dataframe)

    def __repr__(self) -> str:
        return f"{len(self):,} tickets from {self.start:%Y-%m-%d} to {self.end - dt.timedelta(days=1):%Y-%m-%d}"

    @property
    def communities(self) -> list[str]:
        """Names of the communities, in order of the first ticket."""
        return [name for name in self.dataframe["community"].unique() if name]

    def by(self, column: str, least: int = LEAST) -> pd.DataFrame:
        """Tickets by ``category``, ``channel`` or ``community``: ``tickets`` and ``share``; small cells are NaN.

        Parameters
        ----------
        column : str
        least : int
            Fewest tickets in a number that is shown; where one cell would follow from the total, another is hidden too.
        """
        if column not in (known := ("category", "channel", "community")):
            raise InputError(f"by: unknown column {column!r}{closest(column, known)}")
        counts = self.dataframe[column].value_counts().rename_axis(column)
        parts = list(range(len(counts)))
        hidden = hidden_cells([*counts, int(counts.sum())], [(parts, len(parts))], least)[:-1]
        shown = counts.where(~hidden)
        return pd.DataFrame({"tickets": shown, "share": shown / counts.sum()})

    def targets(self, *, least: int = LEAST) -> Targets:
        """Targets of the whole place and, if it has several, of each community.

        ``left_out`` of the targets says what is missing and why.
        What each outcome has in common with the model's, and where it ends, stands with its function in
        :mod:`experiments.data.from_tickets`.

        Parameters
        ----------
        least : int
            Fewest tickets in a figure that is shown.

        Raises
        ------
        InputError
            If the period is too short for an interval.
        """
        return self._gathered(from_tickets.OUTCOMES, {}, least)

    def known(self, *, residents: Mapping[str, int] | None = None, least: int = LEAST) -> Targets:
        """Needs that became known, in all and by channel, for 1,000 residents and year.

        To hold beside a run (:func:`experiments.data.measured`); no outcome of the model, so not among ``targets``.

        Parameters
        ----------
        residents : dict of str to int, optional
            Residents of each community; default: those of the mapping.
        least : int
            Fewest tickets in a figure that is shown.

        Raises
        ------
        InputError
            If the period is too short for an interval.
        """
        return self._gathered(from_tickets.KNOWN_BY, self.residents if residents is None else residents, least)

    def _gathered(self, rules: Mapping[str, from_tickets.Rule], people: Mapping[str, int], least: int) -> Targets:
        communities = self.communities
        seen = self.dataframe[["raised", "closed"]].max().max()
        found: dict[tuple[str, str], Estimate | str] = {}
        for community in ("", *(communities if len(communities) > 1 else ())):
            chosen = self.dataframe[self.dataframe["community"] == community] if community else self.dataframe
            number_of = _residents_of(community, communities, people)
            records = from_tickets.Records(chosen, self.start, self.end, self.term, number_of, seen)
            for outcome, estimate in rules.items():
                found[outcome, community] = estimate(records)
        return gathered(found, communities, self.source, least)


def _residents_of(community: str, communities: Sequence[str], people: Mapping[str, int]) -> int | None:
    if community or "" in people:
        return people.get(community)
    return sum(people[one] for one in communities) if communities and set(communities) <= set(people) else None


def read_tickets(
    path: str | Path, mapping: Mapped | None = None, *, drop: Sequence[str] = (), encoding: str | None = None
) -> Tickets:
    """Read an export of tickets.

    Parameters
    ----------
    path : str or Path
        ``.xlsx``, or text with commas, semicolons or tabs in any of the usual encodings.
    mapping : path of a TOML file or dict, optional
        ``[columns]`` field = heading, where a heading is not a usual one; ``[dates] format``; ``[categories]``,
        ``[channels]``, ``[communities]`` word of the export = word of the model or name in the scenario; ``[kinds]
        question``, ``[rating] satisfied, unsatisfied, unrated``: lists of words; ``[term] days``; ``[period] start,
        end`` (default: the last 52 weeks of the file); ``[residents]`` community = number; ``other = "unmapped"`` lets
        unknown categories and channels pass; ``duplicates = "drop"`` keeps the first of equal rows.
    drop : sequence of str
        Columns to leave out before anything is looked at. Free text is left out anyway, unless it is mapped.
    encoding : str, optional
        Encoding of a text file, where it cannot be told.

    Returns
    -------
    Tickets

    Raises
    ------
    InputError
        For personal data, and for cells that cannot be right: the first 20 with file, row, column and value, and how
        many there are.
    """
    raw, where = read_mapping(mapping, SECTIONS)
    export = Export(path, HEADINGS, raw.get("columns", {}), ("raised",), drop, encoding)
    how = raw.get("dates", {}).get("format", AUTO)
    other = _other(raw, where)
    frame = pd.DataFrame(
        {name: export.dates(name, how, required=name == "raised") for name in ("raised", "arose", "closed", "solved")}
    )
    frame["category"] = export.words("category", _categories(raw, where), "categories", other).fillna("")
    frame["channel"] = export.words("channel", _channels(raw, where), "channels", other).fillna("")
    frame["community"] = export.communities(raw.get("communities", {}))
    questions = {str(words).casefold() for words in raw.get("kinds", {}).get("question", _QUESTIONS)}
    frame["question"] = export.read("kind", lambda words: words.casefold() in questions).fillna(False).astype(bool)
    frame["in_term"] = export.read("in_term", _yes_or_no)
    frame["satisfied"] = export.words("rating", _ratings(raw), "rating").where(lambda one: one != UNMAPPED, None)
    frame["valid"] = export.read("valid", _yes_or_no)
    for name in ("bounces", "handovers"):
        frame[name] = export.read(name, whole).astype(float)
    resolved = export.read("resolved", _yes_or_no)
    if "solved" not in export:
        frame["solved"] = frame["closed"].where(resolved.eq(True))
    _look_at_order(export, frame)
    kept = _without_twice(export, frame, raw, where)
    export.check()
    start, end = _period(kept, raw, where)
    residents = {name: int(number(str(count), 1)) for name, count in raw.get("residents", {}).items()}
    known = {"", *kept["community"]}
    for name in residents:
        if name not in known:
            raise InputError(f"{where}, [residents]: no tickets of {name!r}{closest(name, known - {''})}")
    term = raw.get("term", {}).get("days")
    return Tickets(kept, start, end, None if term is None else float(term), residents, Path(path).name)


def _yes_or_no(words: str) -> bool:
    return words in _YES or (words not in _NO and yes_or_no(words))


def _categories(raw: Mapping[str, Any], where: str) -> dict[str, str]:
    labels = {
        why_text(language, f"category.{one}"): one for one in CATEGORIES for language in ("en", "zh_hans", "zh_hant")
    }
    usual = {word: one for one, words in _CATEGORY_WORDS.items() for word in words}
    return dict(zip(CATEGORIES, CATEGORIES, strict=True)) | labels | usual | _own(raw, "categories", CATEGORIES, where)


def _channels(raw: Mapping[str, Any], where: str) -> dict[str, str]:
    known = CHANNELS[1:]
    usual = {word: one for one, words in _CHANNEL_WORDS.items() for word in words}
    return dict(zip(known, known, strict=True)) | usual | _own(raw, "channels", known, where)


def _own(raw: Mapping[str, Any], section: str, known: Sequence[str], where: str) -> dict[str, str]:
    """What a mapping says about words; each must mean a word of the model."""
    own = raw.get(section, {})
    for words, meaning in own.items():
        if meaning not in (*known, UNMAPPED):
            raise InputError(f"{where}, [{section}] {words!r}: unknown {meaning!r}{closest(str(meaning), known)}")
    return dict(own)


def _other(raw: Mapping[str, Any], where: str) -> str | None:
    if (other := raw.get("other")) not in (None, UNMAPPED):
        raise InputError(f'{where}: other must be "{UNMAPPED}", got {other!r}')
    return other


def _ratings(raw: Mapping[str, Any]) -> dict[str, Any]:
    own = raw.get("rating", {})
    meanings = (("satisfied", _SATISFIED, True), ("unsatisfied", _UNSATISFIED, False), ("unrated", _UNRATED, UNMAPPED))
    usual = {word: meaning for _, words, meaning in meanings for word in words}
    return usual | {str(word): meaning for name, _, meaning in meanings for word in own.get(name, ())}


def _look_at_order(export: Export, frame: pd.DataFrame) -> None:
    """Nothing ends before it begins."""
    for first, second in (("raised", "closed"), ("raised", "solved"), ("arose", "raised")):
        # A date without a time means some hour of that day.
        wrong = frame[second].dt.normalize() < frame[first].dt.normalize()
        for row in frame.index[wrong]:
            export.problem(
                second, int(row), f"{frame[second][row]:%Y-%m-%d} is before {first} ({frame[first][row]:%Y-%m-%d})"
            )


def _without_twice(export: Export, frame: pd.DataFrame, raw: Mapping[str, Any], where: str) -> pd.DataFrame:
    """Records without those that stand there twice: by number where there is one, else by all that the row says."""
    if (asked := raw.get("duplicates")) not in (None, "drop"):
        raise InputError(f'{where}: duplicates must be "drop", got {asked!r}')
    numbers = export.read("ticket", str)
    twice = numbers.duplicated() & numbers.notna() if "ticket" in export else export.table.duplicated()
    if asked is None:
        for row in frame.index[twice]:
            export.problem(
                "ticket", int(row), 'the ticket stands there twice; duplicates = "drop" in the mapping keeps the first'
            )
    return frame[~twice].reset_index(drop=True)


def _period(frame: pd.DataFrame, raw: Mapping[str, Any], where: str) -> tuple[dt.datetime, dt.datetime]:
    """The period asked for, or the last 52 weeks that the file has, or less if it has less."""
    own, day = raw.get("period", {}), dt.timedelta(days=1)
    if frame.empty:
        raise InputError(f"{where}: no ticket is left")
    last = frame["raised"].max().normalize().to_pydatetime()
    end = day_of(own["end"], f"{where}, [period] end") + day if "end" in own else last + day
    first = frame["raised"].min().normalize().to_pydatetime()
    usual = max(first, end - dt.timedelta(days=from_tickets.YEAR_DAYS))
    start = day_of(own["start"], f"{where}, [period] start") if "start" in own else usual
    if not start < end:
        raise InputError(f"{where}, [period]: start must be before end, got {start:%Y-%m-%d} to {end:%Y-%m-%d}")
    return start, end
