"""Points and honours for volunteers, with training and recognition."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from sim.mechanisms import Mechanism


class VolunteerIncentives(Mechanism):
    """Volunteer incentives (志愿服务激励)."""

    about: ClassVar[str] = """
label = { en = "Volunteer incentives", zh_hans = "志愿服务激励", zh_hant = "志願服務激勵" }
source = ["2b"]
path = 2
dose_one = { en = "Points that can be exchanged, honours, training and a coordinator.", zh_hans = "可兑换积分、荣誉表彰、培训和专人协调。", zh_hant = "可兌換積分、榮譽表彰、培訓和專人協調。" }
downside = { en = "Small rewards displace the motive of those who would help anyway; points must be paid for and kept.", zh_hans = "小额奖励会挤出原有的内在动机;积分需要兑付和记账。", zh_hant = "小額獎勵會擠出原有的內在動機;積分需要兌付和記賬。" }
interacts = ["self_governing_groups", "joint_committee"]

[numbers.setup_yuan]
value = 1.0
range = [0.0, 3.0]
source = "assumed"
grade = "D"
reason = "A register."

[numbers.running_yuan]
value = 6.0
range = [0.0, 18.0]
source = "assumed"
grade = "D"
reason = "Goods for points at a few yuan for an active resident in ten."

[numbers.staff_hours]
value = 0.8
range = [0.0, 2.4]
source = "assumed"
grade = "D"
reason = "Keeping points."

[numbers.attention]
value = 1.0
range = [-5.0, 5.0]
source = "assumed"
grade = "D"
reason = "One scheme more."

[numbers.points]
value = 1.0
unit = "ratio"
range = [0.2, 1.0]
source = "assumed"
grade = "D"
reason = "Dose 1 is the full scheme by definition."
label = { en = "Worth of points at dose 1", zh_hans = "全量实施时的积分价值", zh_hant = "全量實施時的積分價值" }

[numbers.recognition]
value = 0.6
unit = "share"
range = [0.1, 0.9]
source = "assumed"
grade = "D"
reason = "A coordinator sees most of what is done; the rest is done among neighbours."
label = { en = "Service seen and thanked at dose 1, of what was not before", zh_hans = "全量实施时新增得到认可的服务比例", zh_hant = "全量實施時新增得到認可的服務比例" }
"""

    def change_numbers(self, numbers: Any, dose: np.ndarray) -> None:
        participation = numbers.participation
        participation.points += self.points * dose
        participation.recognition += self.recognition * dose * (1.0 - participation.recognition)
