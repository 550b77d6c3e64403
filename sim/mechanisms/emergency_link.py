"""Plans, rosters and drills join daily teams with emergency work."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from sim.mechanisms import Mechanism


class EmergencyLink(Mechanism):
    """Daily–emergency link (平急衔接)."""

    about: ClassVar[str] = """
label = { en = "Daily–emergency link", zh_hans = "平急衔接", zh_hant = "平急銜接" }
source = ["F2"]
path = 0
dose_one = { en = "Plans and rosters kept up to date by grid, and a drill each half-year with staff, leaders and volunteers.", zh_hans = "按网格更新应急预案和人员名册,社区人员、网格员和志愿者每半年演练一次。", zh_hant = "按網格更新應急預案和人員名冊,社區人員、網格員和志願者每半年演練一次。" }
downside = { en = "Rosters and drills take staff hours, paper and volunteers' zest in quiet times, and show their worth only if something happens.", zh_hans = "名册与演练在平时占用工时、台账和志愿者热情,无突发事件时难见成效。", zh_hant = "名冊與演練在平時佔用工時、臺賬和志願者熱情,無突發事件時難見成效。" }
interacts = ["micro_grid", "volunteer_incentives", "joint_committee"]

[numbers.setup_yuan]
value = 2.0
range = [0.0, 6.0]
source = "assumed"
grade = "D"
reason = "Plans, vests, radios and a store."

[numbers.running_yuan]
value = 1.5
range = [0.0, 4.5]
source = "assumed"
grade = "D"
reason = "Two drills a year and the store's upkeep."

[numbers.staff_hours]
value = 0.8
range = [0.0, 2.4]
source = "assumed"
grade = "D"
reason = "Two drills of a day with their preparing, and the roster's upkeep, in a community of 4,000."

[numbers.attention]
value = 1.0
range = [-5.0, 5.0]
source = "assumed"
grade = "D"
reason = "A standing duty."

[numbers.ready]
value = 0.5
unit = "share"
range = [0.1, 0.9]
source = "assumed"
grade = "D"
reason = "Plans that were practised hold in part; no figure was found."
label = { en = "Preparedness gained at dose 1, of what is lacking", zh_hans = "全量实施时应急准备度的提升(占不足部分)", zh_hant = "全量實施時應急準備度的提升(佔不足部分)" }

[numbers.drills]
value = 0.1
unit = "share"
range = [0.0, 0.4]
source = "assumed"
grade = "D"
reason = "Two drills a year beside some twenty weeks of service."
label = { en = "More wear of volunteers by drills", zh_hans = "演练增加的志愿者疲惫比例", zh_hant = "演練增加的志願者疲憊比例" }

[numbers.paper]
value = 0.04
unit = "share"
range = [0.0, 0.2]
source = "assumed"
grade = "D"
reason = "Plans and rosters are ledgers too; less than the three lists."
label = { en = "More paperwork", zh_hans = "增加的台账比例", zh_hant = "增加的臺賬比例" }
"""

    def change_numbers(self, numbers: Any, dose: np.ndarray) -> None:
        emergencies = numbers.emergencies
        emergencies.preparedness += self.ready * dose * (1.0 - emergencies.preparedness)
        numbers.participation.fatigue_per_hour *= 1.0 + self.drills * dose
        numbers.calendar.paper_demand *= 1.0 + self.paper * dose
