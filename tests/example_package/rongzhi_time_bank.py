"""A time bank: hours given are kept in a book and called on when they are needed."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from sim.mechanisms import Mechanism


class TimeBank(Mechanism):
    """Time bank (时间银行): volunteers' hours are credited, and the book knows who can be asked for what."""

    about: ClassVar[str] = """
label = { en = "Time bank", zh_hans = "时间银行", zh_hant = "時間銀行" }
source = ["2b"]
path = 2
dose_one = { en = "Every volunteer has an account; hours that nobody calls on in a week are mostly offered again.", zh_hans = "每名志愿者都有时间账户;当周未用的工时大多可以再次提供。", zh_hant = "每名志願者都有時間賬戶;當週未用的工時大多可以再次提供。" }
downside = { en = "The book takes staff hours, and what is credited has to be paid back one day.", zh_hans = "记账占用社区工时,存入的时间日后需要兑付。", zh_hant = "記賬佔用社區工時,存入的時間日後需要兌付。" }
interacts = ["volunteer_incentives", "three_lists"]

[numbers.setup_yuan]
value = 1.0
range = [0.0, 3.0]
source = "assumed"
grade = "D"
reason = "Forms and training."

[numbers.running_yuan]
value = 0.5
range = [0.0, 2.0]
source = "assumed"
grade = "D"
reason = "Prizes and print."

[numbers.staff_hours]
value = 0.5
range = [0.0, 2.0]
source = "assumed"
grade = "D"
reason = "Half an hour a week to keep the book of about 70 active volunteers (E098)."

[numbers.attention]
value = 0.5
range = [-5.0, 5.0]
source = "assumed"
grade = "D"
reason = "Half a new routine."

[numbers.kept]
value = 0.8
unit = "share"
range = [0.5, 1.0]
source = "assumed"
grade = "D"
reason = "Most hours that are not called on stay on offer."
label = { en = "Share of unused volunteer hours that stay on offer", zh_hans = "未用志愿工时保留比例", zh_hant = "未用志願工時保留比例" }
"""

    def change_numbers(self, numbers: Any, dose: np.ndarray) -> None:
        kept = numbers.calendar.volunteer_hours_kept
        kept += dose * (np.maximum(kept, self.kept) - kept)
