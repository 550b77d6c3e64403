"""Staff are trained, can rise, and are treated well."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from sim.mechanisms import Mechanism


class CadreSupport(Mechanism):
    """Training, promotion and care of grass-roots cadres (干部培养与保障)."""

    about: ClassVar[str] = """
label = { en = "Cadre support", zh_hans = "干部培养与保障", zh_hant = "幹部培養與保障" }
source = ["6c"]
path = 6
dose_one = { en = "Six more days of training a year, three of ten more staff with a prospect to rise, and a tenth more pay.", zh_hans = "每年增加六天培训,有晋升空间的社区工作者增加三成,薪酬提高一成。", zh_hant = "每年增加六天培訓,有晉升空間的社區工作者增加三成,薪酬提高一成。" }
downside = { en = "Training takes hours, and some of the best are promoted away.", zh_hans = "培训占用工时;部分骨干被提拔调离。", zh_hant = "培訓佔用工時;部分骨幹被提拔調離。" }
interacts = ["generalist_workers", "burden_relief", "fiscal_guarantee"]

[numbers.setup_yuan]
value = 0.5
range = [0.0, 1.5]
source = "assumed"
grade = "D"
reason = "A scheme of ranks."

[numbers.running_yuan]
value = 15.0
range = [5.0, 40.0]
source = ["E069"]
grade = "B"
reason = "A tenth of some 80,000 yuan a year for each of 18 workers in 10,000 residents; the pay itself is assumed."

[numbers.staff_hours]
value = 0.0
range = [0.0, 1.0]
source = "assumed"
grade = "D"
reason = "Hours of training are taken from each post."

[numbers.attention]
value = 0.5
range = [-5.0, 5.0]
source = "assumed"
grade = "D"
reason = "Little."

[numbers.training]
value = 1.0
unit = "hours/week"
range = [0.5, 3.0]
source = "assumed"
grade = "D"
reason = "Some six days a year."
label = { en = "More weekly hours of training in a post", zh_hans = "每岗每周增加的培训工时", zh_hant = "每崗每週增加的培訓工時" }

[numbers.prospects]
value = 0.3
unit = "share"
range = [0.0, 0.6]
source = "assumed"
grade = "D"
reason = "Posts above are filled from below."
label = { en = "More staff who can expect to rise", zh_hans = "增加的有晋升空间者占比", zh_hant = "增加的有晉升空間者佔比" }

[numbers.pay]
value = 0.1
unit = "ratio"
range = [0.0, 0.3]
source = "assumed"
grade = "D"
reason = "A rank each few years."
label = { en = "More pay, relative to today's", zh_hans = "增加的相对薪酬", zh_hant = "增加的相對薪酬" }

[numbers.rest]
value = 0.5
unit = "ratio"
range = [0.0, 1.0]
source = "assumed"
grade = "D"
reason = "Leave that is granted and a word of thanks; the size is assumed."
label = { en = "Faster recovery of motivation", zh_hans = "积极性恢复加快的比例", zh_hant = "積極性恢復加快的比例" }

[numbers.promoted]
value = 0.02
unit = "1/year"
range = [0.0, 0.08]
source = "assumed"
grade = "D"
reason = "One in fifty a year."
label = { en = "Share of staff promoted away in a year", zh_hans = "年内被提拔调离的骨干比例", zh_hant = "年內被提拔調離的骨幹比例" }
"""

    def change_numbers(self, numbers: Any, dose: np.ndarray) -> None:
        calendar = numbers.calendar
        calendar.training += self.training * dose
        calendar.prospects += self.prospects * dose
        calendar.pay += self.pay * dose
        calendar.rest *= 1.0 + self.rest * dose
        calendar.promoted += self.promoted * dose
