"""Government buys services from social organisations."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from sim.mechanisms import Mechanism


class ServicePurchase(Mechanism):
    """Purchase of services (政府购买服务)."""

    about: ClassVar[str] = """
label = { en = "Purchase of services", zh_hans = "政府购买服务", zh_hant = "政府購買服務" }
source = ["2b"]
path = 2
dose_one = { en = "Hours for 30 yuan a resident and year are bought from social organisations.", zh_hans = "按每名居民每年30元向社会组织购买服务。", zh_hant = "按每名居民每年30元向社會組織購買服務。" }
downside = { en = "Without lists the contract buys what organisations usually do, not what is needed; contracts cost staff hours.", zh_hans = "没有清单时买到的是惯常服务而非所需服务;合同管理占用工时。", zh_hant = "沒有清單時買到的是慣常服務而非所需服務;合同管理佔用工時。" }
interacts = ["three_lists", "resource_docking"]

[numbers.setup_yuan]
value = 0.0
range = [0.0, 1.0]
source = "assumed"
grade = "D"
reason = "Tendering counts as running cost."

[numbers.running_yuan]
value = 30.0
range = [0.0, 90.0]
source = ["E129", "E163"]
grade = "B"
reason = "300,000 yuan a community of 4,167 residents (E142) is 72 a resident for all small projects; somewhat under half of it."

[numbers.staff_hours]
value = 0.5
range = [0.0, 1.5]
source = "assumed"
grade = "D"
reason = "Tender, check and pay."

[numbers.attention]
value = 1.0
range = [-5.0, 5.0]
source = "assumed"
grade = "D"
reason = "One contract more to manage."

[numbers.hours]
value = 9.6
unit = "hours/1,000 residents/week"
range = [2.0, 20.0]
source = ["E129", "E163"]
grade = "B"
reason = "30 yuan a resident at 60 yuan an hour."
label = { en = "Hours a week bought at dose 1, for 1,000 residents", zh_hans = "全量实施时每周购买工时(每千人)", zh_hant = "全量實施時每週購買工時(每千人)" }
"""

    def change_numbers(self, numbers: Any, dose: np.ndarray) -> None:
        numbers.matching.contract_hours += self.hours * dose
