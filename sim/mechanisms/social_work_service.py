"""Social-work stations with trained workers in every community."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from sim.mechanisms import Mechanism


class SocialWorkService(Mechanism):
    """Social-work service (社工服务)."""

    about: ClassVar[str] = """
label = { en = "Social-work service", zh_hans = "社工服务", zh_hant = "社工服務" }
source = ["2b"]
path = 2
dose_one = { en = "A station with the usual staff and money for about 12,500 residents instead of a township.", zh_hans = "按每约1.25万居民(而非每乡镇)配置一个标准社工站。", zh_hant = "按每約1.25萬居民(而非每鄉鎮)配置一個標準社工站。" }
downside = { en = "Projects are reported on at length; without lists workers do what their projects foresee and not what is needed.", zh_hans = "项目汇报材料多;没有清单时社工按项目预设服务而非按需服务。", zh_hant = "項目彙報材料多;沒有清單時社工按項目預設服務而非按需服務。" }
interacts = ["three_lists", "service_purchase", "targeting"]

[numbers.setup_yuan]
value = 2.0
range = [0.0, 6.0]
source = "assumed"
grade = "D"
reason = "Rooms and furnishing."

[numbers.running_yuan]
value = 11.7
range = [3.0, 30.0]
source = ["E163"]
grade = "B"
reason = "146,000 yuan a station and year, over 12,500 residents."

[numbers.staff_hours]
value = 0.3
range = [0.0, 1.0]
source = "assumed"
grade = "D"
reason = "Working with the station."

[numbers.attention]
value = 1.0
range = [-5.0, 5.0]
source = "assumed"
grade = "D"
reason = "One partner more."

[numbers.hours]
value = 4.3
unit = "hours/1,000 residents/week"
range = [1.0, 12.0]
source = ["E162", "E164"]
grade = "B"
reason = "2.35 workers of 38 hours for 12,500 residents, 60 % of them with residents."
label = { en = "Skilled hours a week, for 1,000 residents", zh_hans = "每周专业服务工时(每千人)", zh_hant = "每週專業服務工時(每千人)" }

[numbers.case_finding]
value = 0.3
unit = "share"
range = [0.0, 1.0]
source = "assumed"
grade = "D"
reason = "Workers look first after those known to be in need."
label = { en = "More care for the vulnerable on visits", zh_hans = "走访对困难群体的额外侧重", zh_hant = "走訪對困難群體的額外側重" }

[numbers.visits]
value = 1.0
unit = "households/week"
range = [0.0, 5.0]
source = "assumed"
grade = "D"
reason = "A few home visits a week, shared among the area's leaders."
label = { en = "Home visits a week beside each leader's", zh_hans = "每名网格负责人之外每周增加的入户", zh_hant = "每名網格負責人之外每週增加的入戶" }

[numbers.reports]
value = 0.03
unit = "share"
range = [0.0, 0.1]
source = "assumed"
grade = "D"
reason = "Proposals, interim and final reports, evaluation."
label = { en = "More paperwork", zh_hans = "增加的台账比例", zh_hant = "增加的臺賬比例" }
"""

    def change_numbers(self, numbers: Any, dose: np.ndarray) -> None:
        discovery = numbers.discovery
        numbers.matching.contract_hours += self.hours * dose
        discovery.focus += self.case_finding * dose * (1.0 - discovery.focus)
        discovery.patrol_visits += self.visits * dose
        numbers.calendar.paper_demand *= 1.0 + self.reports * dose
