"""Donations to the community's own charity fund."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from sim.mechanisms import Mechanism


class CommunityCharity(Mechanism):
    """Community charity (社区慈善)."""

    about: ClassVar[str] = """
label = { en = "Community charity", zh_hans = "社区慈善", zh_hant = "社區慈善" }
source = ["2b"]
path = 2
dose_one = { en = "Campaigns and open accounts: a fully trusting community would give some 5 yuan more a resident and year.", zh_hans = "募捐活动与账目公开:居民充分信任时每人每年多捐约5元。", zh_hant = "募捐活動與賬目公開:居民充分信任時每人每年多捐約5元。" }
downside = { en = "Each campaign brings less than the one before, and where trust is low it brings little.", zh_hans = "募捐活动收益递减;信任不足时收效甚微。", zh_hant = "募捐活動收益遞減;信任不足時收效甚微。" }
interacts = ["fiscal_guarantee", "three_lists", "resource_docking"]

[numbers.setup_yuan]
value = 0.5
range = [0.0, 1.5]
source = "assumed"
grade = "D"
reason = "Founding a fund with its rules."

[numbers.running_yuan]
value = 0.8
range = [0.0, 2.4]
source = "assumed"
grade = "D"
reason = "Campaigns and accounts."

[numbers.staff_hours]
value = 0.4
range = [0.0, 1.2]
source = "assumed"
grade = "D"
reason = "Asking for donations and reporting on them."

[numbers.attention]
value = 1.0
range = [-5.0, 5.0]
source = "assumed"
grade = "D"
reason = "One fund more."

[numbers.donations]
value = 9.0
unit = "yuan/resident/year"
range = [1.0, 20.0]
source = "assumed"
grade = "D"
reason = "Well above the 0.5 yuan a resident that stations linked (E164), which is a floor; no figure for campaigns."
label = { en = "Donations by a first campaign without fatigue", zh_hans = "首轮募捐(无疲劳)带来的捐赠", zh_hant = "首輪募捐(無疲勞)帶來的捐贈" }

[numbers.fatigue]
value = 0.8
unit = "ratio"
range = [0.0, 3.0]
source = "assumed"
grade = "D"
reason = "Those who have just given give less; no figure."
label = { en = "How much further campaigns bring less", zh_hans = "后续募捐收益递减程度", zh_hant = "後續募捐收益遞減程度" }
"""

    def change_numbers(self, numbers: Any, dose: np.ndarray) -> None:
        numbers.matching.charity_yuan += self.donations * dose / (1.0 + self.fatigue * dose)
