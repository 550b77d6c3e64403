"""A higher level guarantees money for governance and for small projects."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from sim.mechanisms import Mechanism


class FiscalGuarantee(Mechanism):
    """Fiscal guarantee (财政保障)."""

    guarantees: ClassVar[bool] = True

    about: ClassVar[str] = """
label = { en = "Fiscal guarantee", zh_hans = "财政保障", zh_hant = "財政保障" }
source = ["6d"]
path = 6
dose_one = { en = "24 yuan a resident and year for other mechanisms and 12 for small projects, on top of today's budgets.", zh_hans = "在现有经费之外,每名居民每年另保障24元机制经费和12元小微项目经费。", zh_hant = "在現有經費之外,每名居民每年另保障24元機制經費和12元小微項目經費。" }
downside = { en = "The money must come from somewhere, whether it is used or not; where the state pays, donors and partners hold back.", zh_hans = "无论是否用完都占用财政资金;财政兜底会使捐赠者和合作单位退缩。", zh_hant = "無論是否用完都佔用財政資金;財政兜底會使捐贈者和合作單位退縮。" }
interacts = ["community_charity", "service_purchase", "joint_committee"]

[numbers.setup_yuan]
value = 0.0
range = [0.0, 0.5]
source = "assumed"
grade = "D"
reason = "A decision."

[numbers.running_yuan]
value = 24.0
range = [0.0, 72.0]
source = ["E128", "E129", "E142"]
grade = "B"
reason = "What is guaranteed for mechanisms is what it costs: 100,000 yuan a community (from Kunshan's level to Zhangjiagang's), for 4,167 residents."

[numbers.staff_hours]
value = 0.2
range = [0.0, 0.6]
source = "assumed"
grade = "D"
reason = "Accounts."

[numbers.attention]
value = 0.0
range = [-5.0, 5.0]
source = "assumed"
grade = "D"
reason = "Money for what is done anyway."

[numbers.fund]
value = 12.0
unit = "yuan/resident/year"
range = [0.0, 72.0]
source = ["E130", "E142"]
grade = "B"
reason = "50,000 yuan a community of 4,167 residents: about one micro-project more a year."
label = { en = "More for services and small projects", zh_hans = "增加的服务与小微项目经费", zh_hant = "增加的服務與小微項目經費" }

[numbers.crowding]
value = 0.3
unit = "share"
range = [0.0, 1.0]
source = "assumed"
grade = "D"
reason = "Grants crowd out donations, mostly since less is asked for; the size in communities is not published."
label = { en = "Donations crowded out", zh_hans = "被挤出的捐赠比例", zh_hant = "被擠出的捐贈比例" }

[numbers.ease]
value = 0.15
unit = "share"
range = [0.0, 0.5]
source = "assumed"
grade = "D"
reason = "Who can pay looks less for partners."
label = { en = "Partners looked for less", zh_hans = "减少寻求合作的比例", zh_hant = "減少尋求合作的比例" }
"""

    def change_numbers(self, numbers: Any, dose: np.ndarray) -> None:
        matching = numbers.matching
        matching.charity_yuan *= 1.0 - self.crowding * dose
        matching.acquaintance *= 1.0 - self.ease * dose

    def before_service(self, community: Any, dose: np.ndarray) -> None:
        communities = community.communities
        communities.fund += self.fund / 52.0 * dose * (communities.stop - communities.start)
