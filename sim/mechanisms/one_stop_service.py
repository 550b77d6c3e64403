"""One window for everything near home, and visits at the door for the frail."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from sim.mechanisms import Mechanism


class OneStopService(Mechanism):
    """One-stop and doorstep service (一站式、家门口服务)."""

    about: ClassVar[str] = """
label = { en = "One-stop and doorstep service", zh_hans = "一站式服务", zh_hant = "一站式服務" }
source = ["4b"]
path = 4
dose_one = { en = "One window for all matters within fifteen minutes on foot, open at noon and in the evening, and monthly visits at home to those of 75 and older.", zh_hans = "步行十五分钟内设一站式窗口,午间和晚间开放,每月上门探访高龄居民。", zh_hant = "步行十五分鐘內設一站式窗口,午間和晚間開放,每月上門探訪高齡居民。" }
downside = { en = "An open door brings more questions, and the window must be staffed at all hours.", zh_hans = "门好进了,咨询增多,窗口全时段需有人值守。", zh_hant = "門好進了,諮詢增多,窗口全時段需有人值守。" }
interacts = ["generalist_workers", "shared_data", "online_channels"]

[numbers.setup_yuan]
value = 6.0
range = [0.0, 20.0]
source = "assumed"
grade = "D"
reason = "Refitting a hall for some 10,000 residents."

[numbers.running_yuan]
value = 3.0
range = [0.0, 10.0]
source = "assumed"
grade = "D"
reason = "Rent, power and queueing machines."

[numbers.staff_hours]
value = 4.0
range = [1.0, 12.0]
source = "assumed"
grade = "D"
reason = "Evening and noon hours at the window, and visits to the frail."

[numbers.attention]
value = 1.0
range = [-5.0, 5.0]
source = "assumed"
grade = "D"
reason = "A standing duty."

[numbers.nearer]
value = 0.5
unit = "share"
range = [0.1, 0.8]
source = "assumed"
grade = "D"
reason = "Half of the way and the wait."
label = { en = "Burden of a visit that is saved", zh_hans = "减少的办事时间与距离负担", zh_hant = "減少的辦事時間與距離負擔" }

[numbers.intake]
value = 0.2
unit = "share"
range = [0.0, 0.5]
source = "assumed"
grade = "D"
reason = "One form instead of several, and no sending on to other windows."
label = { en = "Intake hours that one window saves", zh_hans = "一窗受理节省的工时比例", zh_hant = "一窗受理節省的工時比例" }

[numbers.place]
value = 0.3
unit = "share"
range = [0.0, 0.6]
source = "assumed"
grade = "D"
reason = "The same hall is where people meet; part of what keeps them away is what to do there, not the way."
label = { en = "Burden of taking part in person that is saved", zh_hans = "减少的线下参与成本比例", zh_hant = "減少的線下參與成本比例" }

[numbers.doorstep]
value = 0.03
unit = "1/week"
range = [0.0, 0.1]
source = "assumed"
grade = "D"
reason = "A visit a month at which one of seven hidden needs is told."
label = { en = "Chance a week that doorstep service finds a hidden need of the frail", zh_hans = "上门服务每周发现高龄居民隐性诉求的概率", zh_hant = "上門服務每週發現高齡居民隱性訴求的概率" }

[numbers.questions]
value = 0.08
unit = "ratio"
range = [0.0, 0.3]
source = "assumed"
grade = "D"
reason = "Requests grow by a fifth a year where channels open (E062); most of that is online."
label = { en = "Further questions that the window brings", zh_hans = "窗口带来的额外咨询比例", zh_hant = "窗口帶來的額外諮詢比例" }
"""

    def change_numbers(self, numbers: Any, dose: np.ndarray) -> None:
        discovery = numbers.discovery
        discovery.access *= 1.0 - self.nearer * dose
        discovery.doorstep += self.doorstep * dose
        numbers.routing.intake_hours *= 1.0 - self.intake * dose
        numbers.participation.access_cost *= 1.0 - self.place * dose
        numbers.needs.window_questions += self.questions * dose
