"""Supervision at mid-year corrects drift of effort and what is closed on paper only."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from sim.mechanisms import Mechanism


class Supervision(Mechanism):
    """Mid-year supervision (年中督导)."""

    about: ClassVar[str] = """
label = { en = "Mid-year supervision", zh_hans = "年中督导", zh_hant = "年中督導" }
source = ["6b"]
path = 6
dose_one = { en = "Every community is looked into at mid-year, with spot checks of what was recorded as closed.", zh_hans = "每个社区年中接受督导,并抽查已记录办结的事项。", zh_hant = "每個社區年中接受督導,並抽查已記錄辦結的事項。" }
downside = { en = "Inspections cost paper and hours, and beyond what they correct they are themselves formalism.", zh_hans = "检查需要准备材料、占用工时,过多检查本身就是形式主义。", zh_hant = "檢查需要準備材料、佔用工時,過多檢查本身就是形式主義。" }
interacts = ["burden_relief", "county_committee", "satisfaction_assessment"]

[numbers.setup_yuan]
value = 0.0
range = [0.0, 0.5]
source = "assumed"
grade = "D"
reason = "Nothing to build."

[numbers.running_yuan]
value = 0.8
range = [0.0, 2.4]
source = "assumed"
grade = "D"
reason = "Teams of two for a few days a community."

[numbers.staff_hours]
value = 0.5
range = [0.0, 1.5]
source = "assumed"
grade = "D"
reason = "Preparing for and going along with inspectors."

[numbers.attention]
value = 0.5
range = [-5.0, 5.0]
source = "assumed"
grade = "D"
reason = "A few weeks of the year."

[numbers.reached]
value = 0.95
unit = "share"
range = [0.5, 1.0]
source = "assumed"
grade = "D"
reason = "Nearly all that are missed today."
label = { en = "Part of the communities missed today that are looked into", zh_hans = "新增督导覆盖比例", zh_hant = "新增督導覆蓋比例" }

[numbers.slack]
value = 0.3
unit = "share"
range = [0.0, 0.7]
source = "assumed"
grade = "D"
reason = "Who expects to be looked at slackens less."
label = { en = "Drift of effort that is avoided", zh_hans = "减少的努力流失比例", zh_hant = "減少的努力流失比例" }

[numbers.exposed]
value = 0.4
unit = "share"
range = [0.0, 0.9]
source = "assumed"
grade = "D"
reason = "Spot checks find some of it."
label = { en = "Less that is closed on paper only", zh_hans = "减少的纸面办结比例", zh_hant = "減少的紙面辦結比例" }

[numbers.inspections]
value = 0.08
unit = "share"
range = [0.0, 0.25]
source = ["E121", "E122", "E123", "E124"]
grade = "C"
reason = "Repeated filing and inspections are what 42 % name as formalism; work APPs and traces take up to two hours a day. The part of supervision is not published."
label = { en = "More paperwork", zh_hans = "增加的台账比例", zh_hant = "增加的臺賬比例" }
"""

    def change_numbers(self, numbers: Any, dose: np.ndarray) -> None:
        calendar = numbers.calendar
        calendar.supervision += self.reached * dose * (1.0 - calendar.supervision)
        calendar.drift *= 1.0 - self.slack * dose
        calendar.paper_demand *= 1.0 + self.inspections * dose
        numbers.service.closed_on_paper *= 1.0 - self.exposed * dose
