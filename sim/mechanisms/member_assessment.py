"""Member units are assessed on what they pledged, every year."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from sim.mechanisms import Mechanism


class MemberAssessment(Mechanism):
    """Assessment of member units (成员单位考评)."""

    about: ClassVar[str] = """
label = { en = "Assessment of member units", zh_hans = "成员单位考评", zh_hant = "成員單位考評" }
source = ["1d"]
path = 1
dose_one = { en = "Each member unit is assessed yearly on the pledges it kept, and the result goes to its superior.", zh_hans = "每年考评成员单位履行承诺情况,结果通报其上级。", zh_hant = "每年考評成員單位履行承諾情況,結果通報其上級。" }
downside = { en = "Part of the hours are given for show, and assessing takes forms.", zh_hans = "部分工时只为应付考评;考评本身需要填表。", zh_hant = "部分工時只為應付考評;考評本身需要填表。" }
interacts = ["joint_committee", "regular_meetings", "burden_relief"]

[numbers.setup_yuan]
value = 0.0
range = [0.0, 0.5]
source = "assumed"
grade = "D"
reason = "Rules only."

[numbers.running_yuan]
value = 0.5
range = [0.0, 1.5]
source = "assumed"
grade = "D"
reason = "A yearly round of assessing."

[numbers.staff_hours]
value = 0.3
range = [0.0, 1.0]
source = "assumed"
grade = "D"
reason = "Keeping count of what units did."

[numbers.attention]
value = 0.5
range = [-5.0, 5.0]
source = "assumed"
grade = "D"
reason = "Once a year."

[numbers.kept]
value = 0.7
unit = "share"
range = [0.3, 0.95]
source = "assumed"
grade = "D"
reason = "Who answers for a pledge keeps it."
label = { en = "Fading of pledges that is avoided", zh_hans = "避免的承诺衰减比例", zh_hant = "避免的承諾衰減比例" }

[numbers.joins]
value = 0.2
unit = "share"
range = [0.0, 0.5]
source = "assumed"
grade = "D"
reason = "Standing aside is noticed."
label = { en = "Part of the units outside that join", zh_hans = "未加入单位新增加入比例", zh_hant = "未加入單位新增加入比例" }

[numbers.show]
value = 0.15
unit = "share"
range = [0.0, 0.5]
source = "assumed"
grade = "D"
reason = "What is counted is done so that it counts."
label = { en = "Part of units' hours that is for show", zh_hans = "仅为应付考评的工时比例", zh_hant = "僅為應付考評的工時比例" }

[numbers.forms]
value = 0.02
unit = "share"
range = [0.0, 0.1]
source = "assumed"
grade = "D"
reason = "Forms for each unit."
label = { en = "More paperwork", zh_hans = "增加的台账比例", zh_hant = "增加的臺賬比例" }
"""

    def change_numbers(self, numbers: Any, dose: np.ndarray) -> None:
        matching = numbers.matching
        matching.unused_fades *= 1.0 - self.kept * dose
        matching.pledge_decay *= 1.0 - self.kept * dose
        matching.units_joined += self.joins * dose * (1.0 - matching.units_joined)
        matching.for_show += self.show * dose * (1.0 - matching.for_show)
        numbers.calendar.paper_demand *= 1.0 + self.forms * dose
