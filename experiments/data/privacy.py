"""Personal data in a table: by its headings, and by what stands in its cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

import pandas as pd

from experiments.town.columns import bare
from experiments.town.personal import PERSONAL_CELLS, personal_columns
from sim.errors import InputError, closest

FREE_TEXT = "free text"
LONG = 20  # characters that cells of free text have on average; assumed: category paths and names are shorter
MOSTLY = 0.6  # share of a column's cells that look like names from which it counts as one; assumed
VARIED = 5  # different names in such a column; a list of officials' or places' names repeats itself; assumed

_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼滬雲遼魯蘇贛晉陝閩貴寧瓊][A-Z][·\s]?[A-Z0-9]{5,6}"
)
_HOME = re.compile(
    r"\d+\s*(?:栋|幢|棟|号楼|號樓|座|#)\D{0,3}\d*\s*(?:单元|單元|门|門)?\D{0,2}\d{2,4}\s*(?:室|号|號|户|戶)?|\d+\s*(?:单元|單元)\s*\d+"
)
_SURNAMES = (
    "王李张劉刘陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何高林罗羅郑鄭梁谢謝宋唐许許韩韓冯馮邓鄧曹彭曾萧蕭田董袁潘于蒋蔣蔡余杜叶葉程苏蘇魏"
    "吕呂丁任沈姚卢盧姜崔钟鍾谭譚陆陸汪范金石廖贾賈夏韦韋付方白邹鄒孟熊秦邱江尹薛闫段雷侯龙龍史陶黎贺賀顾顧毛郝龚龔邵万萬钱錢严嚴赖"
    "覃洪武莫孔汤湯向常温溫康施文牛樊葛邢安齐齊易乔喬伍庞庞颜顏倪庄莊聂聶章鲁魯岳翟殷詹申欧歐耿关關兰蘭焦俞左柳甘祝包宁尚符舒阮柯纪紀"
)
_NAME = re.compile(
    rf"(?:欧阳|歐陽|上官|司马|司馬|诸葛|諸葛|[{_SURNAMES}])(?:[\u4e00-\u9fff]{{1,2}}|先生|女士|某某?|[*＊]{{1,2}}[\u4e00-\u9fff]?)"
)
_NO_NAMES = re.compile(r".*(?:社区|社區|街道|小区|小區|村|镇|鎮|县|縣|市|路|局|所|站|部|类|類|满意|滿意)$")


class Finding(NamedTuple):
    """A column that seems to hold personal data.

    Attributes
    ----------
    column : str
    kind : str
        ``heading``, ``id number``, ``telephone``, ``e-mail``, ``plate``, ``address``, ``name`` or ``free text``.
    cells : int
        Cells that look so; 0 for a heading.
    row : int
        Row of the first one, as Excel counts; 0 for a heading.
    """

    column: str
    kind: str
    cells: int
    row: int


def check_privacy(table: pd.DataFrame) -> list[Finding]:
    """Look for personal data in the headings and the cells of a table; the cells themselves are never repeated.

    Numbers of identity cards are told by their check digit (GB 11643), mobile telephones by eleven digits from 13 to
    19, homes by building and room, names by a surname and one or two characters in most cells of a column. Text of more
    than 20 characters on average counts as free text, in which anything may stand.
    """
    found = [Finding(column, "heading", 0, 0) for column in personal_columns(table.columns)]
    for column in table.columns:
        cells = table[column].astype(str).str.strip().astype(object)  # Arrow's strings are slow to go through
        cells = cells[(cells != "") & (cells != "nan")]
        if cells.empty:
            continue
        for kind, looks in _LOOKS.items():
            distinct = {words: looks(words) for words in cells.unique()}
            hits = cells.map(distinct).astype(bool)
            if hits.any():
                found.append(Finding(column, kind, int(hits.sum()), int(cells.index[hits.to_numpy()][0])))
        names = cells[cells.isin([words for words in cells.unique() if _is_name(words)])]
        if len(names) >= MOSTLY * len(cells) and names.nunique() >= VARIED:
            found.append(Finding(column, "name", len(names), int(names.index[0])))
        if cells.str.len().mean() > LONG:
            found.append(Finding(column, FREE_TEXT, len(cells), int(cells.index[0])))
    return found


def without_personal(table: pd.DataFrame, drop: Sequence[str], used: Sequence[str], file: str) -> pd.DataFrame:
    """Table without the columns named in ``drop``, and without free text unless its column is ``used``.

    Raises
    ------
    InputError
        If a column to drop does not exist, or what is left looks like personal data.
    """
    known = {bare(name): name for name in table.columns}
    for name in drop:
        if bare(name) not in known:
            raise InputError(f"{file}: drop: no column {name!r}{closest(name, table.columns)}")
    kept = table.drop(columns=[known[bare(name)] for name in drop])
    findings = check_privacy(kept)
    long = [one.column for one in findings if one.kind == FREE_TEXT and one.column not in used]
    left = [one for one in findings if one.column not in long and one.kind != FREE_TEXT]
    if left:
        lines = [
            f"{file}, column {one.column!r}: looks like personal data ({one.kind}"
            + (f", {one.cells} cells, the first in row {one.row})" if one.cells else ")")
            for one in left
        ]
        names = ", ".join(repr(name) for name in dict.fromkeys(one.column for one in left))
        raise InputError("\n".join([*lines, f"delete these columns from the file, or read it with drop=[{names}]"]))
    return kept.drop(columns=long)


def _is_name(words: str) -> bool:
    return bool(_NAME.fullmatch(words)) and not _NO_NAMES.match(words)


_LOOKS: dict[str, Callable[[str], bool]] = {
    **PERSONAL_CELLS,
    "plate": lambda words: bool(_PLATE.search(words)),
    "address": lambda words: bool(_HOME.search(words)),
}
