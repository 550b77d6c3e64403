"""Staff who can do all kinds of work, so that nobody waits for the one in charge."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from sim.mechanisms import Mechanism


class GeneralistWorkers(Mechanism):
    """Generalist social workers (全科社工)."""

    about: ClassVar[str] = """
label = { en = "Generalist social workers", zh_hans = "全科社工", zh_hant = "全科社工" }
source = ["4c"]
path = 4
dose_one = { en = "Four of five social workers are trained to do all kinds of work and cover for each other.", zh_hans = "五名社工中有四名经培训可办理各类事项并互相补位。", zh_hant = "五名社工中有四名經培訓可辦理各類事項並互相補位。" }
downside = { en = "Training takes hours; who does everything knows less of each thing, so that urgent and several-department matters go astray more often.", zh_hans = "培训占用工时;样样都做则样样不精,紧急和多部门事项更容易派错。", zh_hant = "培訓佔用工時;樣樣都做則樣樣不精,緊急和多部門事項更容易派錯。" }
interacts = ["one_stop_service", "cadre_support", "shared_data"]

[numbers.setup_yuan]
value = 1.5
range = [0.0, 4.5]
source = "assumed"
grade = "D"
reason = "Courses of a few weeks for 18 workers in 10,000 residents."

[numbers.running_yuan]
value = 1.0
range = [0.0, 3.0]
source = "assumed"
grade = "D"
reason = "Refreshers, and an allowance for the certificate."

[numbers.staff_hours]
value = 0.2
range = [0.0, 1.0]
source = "assumed"
grade = "D"
reason = "Describing and checking posts."

[numbers.attention]
value = 1.0
range = [-5.0, 5.0]
source = "assumed"
grade = "D"
reason = "Posts are described anew."

[numbers.share]
value = 0.8
unit = "share"
range = [0.4, 1.0]
source = ["E070"]
grade = "B"
reason = "80 % of communities are to offer all-in-one service by 2025; taken as the share of staff where it is in force."
label = { en = "Share of staff who are generalists at dose 1", zh_hans = "全量实施时全科社工占比", zh_hant = "全量實施時全科社工佔比" }

[numbers.training]
value = 0.25
unit = "hours/week"
range = [0.0, 2.0]
source = "assumed"
grade = "D"
reason = "To stay up to date in all of it."
label = { en = "More weekly hours of training in a post", zh_hans = "每岗每周增加的培训工时", zh_hant = "每崗每週增加的培訓工時" }
"""

    def change_numbers(self, numbers: Any, dose: np.ndarray) -> None:
        calendar = numbers.calendar
        calendar.generalists += dose * np.maximum(0.0, self.share - calendar.generalists)
        calendar.training += self.training * dose
