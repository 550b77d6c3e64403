"""Seed money and simple rules help neighbours of a building to organise."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from sim.mechanisms import Mechanism


class SelfGoverningGroups(Mechanism):
    """Micro self-governing groups (微型自治组织)."""

    about: ClassVar[str] = """
label = { en = "Micro self-governing groups", zh_hans = "微型自治组织", zh_hant = "微型自治組織" }
source = ["3c"]
path = 3
dose_one = { en = "Seed money, a simple charter and a contact person for every building that wants a group.", zh_hans = "为有意愿的楼栋提供启动资金、简易章程和联络人。", zh_hant = "為有意願的樓棟提供啓動資金、簡易章程和聯絡人。" }
downside = { en = "Groups form where ties and helpers are there already, so the weakly tied gain least; seed money is spent first.", zh_hans = "自治组织多出现在关系密集处,关系薄弱者受益最少;启动资金需先投入。", zh_hant = "自治組織多出現在關係密集處,關係薄弱者受益最少;啓動資金需先投入。" }
interacts = ["micro_grid", "volunteer_incentives", "codified_rules"]

[numbers.setup_yuan]
value = 5.0
range = [0.0, 15.0]
source = "assumed"
grade = "D"
reason = "500 yuan a building of 100 residents."

[numbers.running_yuan]
value = 2.0
range = [0.0, 6.0]
source = "assumed"
grade = "D"
reason = "Small grants."

[numbers.staff_hours]
value = 1.0
range = [0.0, 3.0]
source = "assumed"
grade = "D"
reason = "A contact person."

[numbers.attention]
value = 1.0
range = [-5.0, 5.0]
source = "assumed"
grade = "D"
reason = "Many small partners."

[numbers.easier]
value = 0.5
unit = "share"
range = [0.1, 0.8]
source = "assumed"
grade = "D"
reason = "Money and rules replace some of the helpers a start needs."
label = { en = "Fewer helpers needed to form a group", zh_hans = "成立小组所需骨干的减少比例", zh_hant = "成立小組所需骨幹的減少比例" }

[numbers.asks]
value = 0.02
unit = "1/week"
range = [0.0, 0.09]
source = "assumed"
grade = "D"
reason = "A contact person turns matters into occasions: once a year for each resident of a building that has one."
label = { en = "Chance a week to be asked by the contact person", zh_hans = "每周被联络人邀请的概率", zh_hant = "每週被聯絡人邀請的概率" }

[numbers.seed_covered]
value = 1.0
unit = "share"
range = [0.5, 1.0]
source = "assumed"
grade = "D"
reason = "Seed money is what the set-up cost of this mechanism pays; then the community's fund need not."
label = { en = "Seed money of a group that need not come from the community's fund", zh_hans = "无需社区经费承担的小组启动资金比例", zh_hant = "無需社區經費承擔的小組啓動資金比例" }

[numbers.charter]
value = 0.3
unit = "share"
range = [0.0, 0.8]
source = "assumed"
grade = "D"
reason = "Rules made and watched over by those concerned hold most to their part (Ostrom 1990); no figure for buildings."
label = { en = "Contribution to which a charter holds members, of what is not yet held", zh_hans = "章程约束的成员最低投入(占尚未约束部分)", zh_hant = "章程約束的成員最低投入(佔尚未約束部分)" }

[numbers.lasting]
value = 0.5
unit = "share"
range = [0.0, 0.9]
source = "assumed"
grade = "D"
reason = "A charter keeps helpers together longer."
label = { en = "Loss of helpers that a charter prevents", zh_hans = "章程减少的骨干流失比例", zh_hant = "章程減少的骨幹流失比例" }
"""

    def change_numbers(self, numbers: Any, dose: np.ndarray) -> None:
        participation = numbers.participation
        participation.group_threshold *= 1.0 - self.easier * dose
        participation.group_enough *= 1.0 - self.easier * dose
        participation.group_seed_yuan *= 1.0 - self.seed_covered * dose
        participation.group_held += self.charter * dose * (1.0 - participation.group_held)
        participation.contact_ask += self.asks * dose
        participation.helpers_kept += self.lasting * dose * (1.0 - participation.helpers_kept)
