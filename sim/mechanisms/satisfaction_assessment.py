"""Communities and departments are assessed by what residents say and by what was done."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from sim.mechanisms import Mechanism


class SatisfactionAssessment(Mechanism):
    """Satisfaction-led assessment (满意度导向考评)."""

    about: ClassVar[str] = """
label = { en = "Satisfaction-led assessment", zh_hans = "满意度导向考评", zh_hant = "滿意度導向考評" }
source = ["5a", "5b"]
path = 5
dose_one = { en = "The residents' ratings and the fulfilment rate weigh twice as much as recorded work.", zh_hans = "居民评价和落实率的权重达到留痕台账的两倍。", zh_hant = "居民評價和落實率的權重達到留痕臺賬的兩倍。" }
downside = { en = "Part of the effort goes into polishing answers, and being asked raises expectations: without feedback they are disappointed.", zh_hans = "部分努力用于修饰评价;征求意见抬高期望,没有反馈则会失望。", zh_hant = "部分努力用於修飾評價;徵求意見抬高期望,沒有反饋則會失望。" }
interacts = ["feedback_loop", "burden_relief"]

[numbers.setup_yuan]
value = 0.5
range = [0.0, 1.5]
source = "assumed"
grade = "D"
reason = "Design of the index."

[numbers.running_yuan]
value = 1.5
range = [0.0, 4.5]
source = "assumed"
grade = "D"
reason = "A survey of 60 residents a quarter."

[numbers.staff_hours]
value = 0.4
range = [0.0, 1.2]
source = "assumed"
grade = "D"
reason = "Helping with the survey."

[numbers.attention]
value = 1.0
range = [-5.0, 5.0]
source = "assumed"
grade = "D"
reason = "A new yardstick."

[numbers.weight]
value = 0.5
unit = "share"
range = [0.1, 0.9]
source = "assumed"
grade = "D"
reason = "From a third to two thirds."
label = { en = "More weight of what residents get", zh_hans = "居民所得的权重增加", zh_hant = "居民所得的權重增加" }

[numbers.less_paper]
value = 0.15
unit = "share"
range = [0.0, 0.5]
source = ["E029"]
grade = "B"
reason = "41 kinds of appraisal were cancelled where this was done; the hours saved are not published. Beyond what falls away since records weigh less."
label = { en = "Paperwork that is no longer assessed", zh_hans = "不再考核的台账比例", zh_hant = "不再考覈的臺賬比例" }

[numbers.gaming]
value = 0.15
unit = "share"
range = [0.0, 0.4]
source = "assumed"
grade = "D"
reason = "What is rewarded is polished."
label = { en = "More polished answers", zh_hans = "增加的修饰答复比例", zh_hant = "增加的修飾答複比例" }

[numbers.announced]
value = 0.04
unit = "points"
range = [0.0, 0.2]
source = "assumed"
grade = "D"
reason = "Being asked what one wants raises what one expects."
label = { en = "Expectations raised by being asked", zh_hans = "征求意见抬高的期望", zh_hant = "徵求意見抬高的期望" }
"""

    def change_numbers(self, numbers: Any, dose: np.ndarray) -> None:
        calendar = numbers.calendar
        calendar.assess_service += self.weight * dose * (1.0 - calendar.assess_service)
        calendar.paper_demand *= 1.0 - self.less_paper * dose
        calendar.gaming += self.gaming * dose * (1.0 - calendar.gaming)
        numbers.satisfaction.announced += self.announced * dose
