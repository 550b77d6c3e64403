"""A county committee for grass-roots governance; its head answers for it and departments act."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from sim.mechanisms import Mechanism


class CountyCommittee(Mechanism):
    """County governance committee (县级基层治理委员会)."""

    about: ClassVar[str] = """
label = { en = "County governance committee", zh_hans = "县级基层治理委员会", zh_hant = "縣級基層治理委員會" }
source = ["6a"]
path = 6
dose_one = { en = "A committee led by the county's first secretary meets monthly and decides whose matter it is.", zh_hans = "由县委书记牵头的委员会每月会商并裁定职责归属。", zh_hant = "由縣委書記牽頭的委員會每月會商並裁定職責歸屬。" }
downside = { en = "It asks for reports, and what the leader looks at crowds out the rest.", zh_hans = "要求汇报材料;一把手关注的事项会挤占其他事项。", zh_hant = "要求彙報材料;一把手關注的事項會擠佔其他事項。" }
interacts = ["shared_data", "supervision", "three_lists"]

[numbers.setup_yuan]
value = 0.5
range = [0.0, 1.5]
source = "assumed"
grade = "D"
reason = "Setting it up."

[numbers.running_yuan]
value = 2.0
range = [0.0, 6.0]
source = "assumed"
grade = "D"
reason = "An office of a few posts in a county of several hundred thousand."

[numbers.staff_hours]
value = 0.5
range = [0.0, 1.5]
source = "assumed"
grade = "D"
reason = "Reports."

[numbers.attention]
value = -1.5
range = [-5.0, 5.0]
source = "assumed"
grade = "D"
reason = "It takes coordination off the communities' hands."

[numbers.errors]
value = 0.5
unit = "share"
range = [0.1, 0.9]
source = ["E169"]
grade = "B"
reason = "Mandated collaboration does better in simulation (Bitterman & Koliba 2020); the size is assumed."
label = { en = "Wrong addresses avoided in several-department matters", zh_hans = "多部门事项减少的派错比例", zh_hant = "多部門事項減少的派錯比例" }

[numbers.delay]
value = 0.6
unit = "share"
range = [0.1, 0.9]
source = "assumed"
grade = "D"
reason = "Decided at the next meeting."
label = { en = "Time to agree that is saved", zh_hans = "减少的协调时间比例", zh_hant = "減少的協調時間比例" }

[numbers.priority]
value = 0.2
unit = "share"
range = [0.0, 0.5]
source = ["E178"]
grade = "B"
reason = "Pressure from above raises answers by 8 to 10 points of a third: about a quarter more."
label = { en = "More priority in departments", zh_hans = "部门优先程度增加", zh_hant = "部門優先程度增加" }

[numbers.reports]
value = 0.05
unit = "share"
range = [0.0, 0.2]
source = "assumed"
grade = "D"
reason = "Reports to one more body."
label = { en = "More paperwork", zh_hans = "增加的台账比例", zh_hant = "增加的臺賬比例" }
"""

    def change_numbers(self, numbers: Any, dose: np.ndarray) -> None:
        routing, calendar = numbers.routing, numbers.calendar
        routing.error_several *= 1.0 - self.errors * dose
        routing.delay_several *= 1.0 - self.delay * dose
        calendar.department_priority += self.priority * dose
        calendar.paper_demand *= 1.0 + self.reports * dose
