"""The joint committee's quarterly meetings are held, pledges renewed and lists gone through."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from sim.mechanisms import Mechanism


class RegularMeetings(Mechanism):
    """Regular meetings (季度例会)."""

    about: ClassVar[str] = """
label = { en = "Regular meetings", zh_hans = "季度例会", zh_hant = "季度例會" }
source = ["1c"]
path = 1
dose_one = { en = "Every quarterly meeting is held: pledges are renewed, lists gone through, partners meet.", zh_hans = "每季度例会如期召开,更新承诺、核对清单、促进合作。", zh_hant = "每季度例會如期召開,更新承諾、覈對清單、促進合作。" }
downside = { en = "Meetings take staff hours and minutes; where nobody has joined or nothing is listed there is little to talk about.", zh_hans = "会议占用社区工时并增加会议材料;没有单位加入或没有清单时会议内容空泛。", zh_hant = "會議佔用社區工時並增加會議材料;沒有單位加入或沒有清單時會議內容空泛。" }
interacts = ["joint_committee", "three_lists", "member_assessment"]

[numbers.setup_yuan]
value = 0.0
range = [0.0, 0.5]
source = "assumed"
grade = "D"
reason = "Nothing to build."

[numbers.running_yuan]
value = 0.5
range = [0.0, 1.5]
source = "assumed"
grade = "D"
reason = "Rooms and printing, four times a year."

[numbers.staff_hours]
value = 0.8
range = [0.0, 2.4]
source = "assumed"
grade = "D"
reason = "A day and a half a quarter of preparing, sitting and following up, for three of the staff in a community of 4,000."

[numbers.attention]
value = 0.5
range = [-5.0, 5.0]
source = "assumed"
grade = "D"
reason = "A routine, and not a new task."

[numbers.held]
value = 0.9
unit = "share"
range = [0.3, 1.0]
source = "assumed"
grade = "D"
reason = "A few meetings still fall through."
label = { en = "Part of the missing meetings that are held", zh_hans = "补开缺席例会的比例", zh_hant = "補開缺席例會的比例" }

[numbers.minutes]
value = 0.02
unit = "share"
range = [0.0, 0.1]
source = "assumed"
grade = "D"
reason = "Minutes and reports of meetings."
label = { en = "More paperwork", zh_hans = "增加的台账比例", zh_hant = "增加的臺賬比例" }
"""

    def change_numbers(self, numbers: Any, dose: np.ndarray) -> None:
        calendar = numbers.calendar
        calendar.meetings_held += self.held * dose * (1.0 - calendar.meetings_held)
        calendar.paper_demand *= 1.0 + self.minutes * dose
