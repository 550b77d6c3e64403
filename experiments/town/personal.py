"""Headings and cells that look like personal data, which no table given to the model may hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping

# Whole headings, and parts of them, after spaces, case, underscores and full-width forms are gone.
_WHOLE = {
    *("firstname", "lastname", "surname", "fullname", "personname", "residentname", "headofhousehold"),
    *("id", "idno", "idnumber", "idcard", "nationalid", "identitynumber", "passport", "passportnumber"),
    *("phone", "phonenumber", "telephone", "tel", "mobile", "mobilenumber", "cellphone", "fax"),
    *("email", "emailaddress", "wechat", "wechatid", "qq", "address", "homeaddress", "streetaddress"),
    *("birthday", "birthdate", "dateofbirth", "dob", "bankaccount", "licenseplate", "licenceplate"),
}
_PARTS = (
    *("姓名", "户主", "戶主", "业主姓", "業主姓", "联系人", "聯繫人", "聯絡人", "当事人", "當事人", "诉求人", "訴求人"),
    *("身份证", "身份證", "身分證", "证件号", "證件號", "护照", "護照", "社保号", "社保號", "户口簿", "戶口簿"),
    *(
        "电话",
        "電話",
        "手机",
        "手機",
        "联系方式",
        "聯繫方式",
        "聯絡方式",
        "微信",
        "邮箱",
        "郵箱",
        "电子邮件",
        "電子郵件",
    ),
    *("住址", "地址", "门牌", "門牌", "房号", "房號", "室号", "室號", "车牌", "車牌"),
    *("出生日期", "出生年月", "生日", "银行卡", "銀行卡", "银行账", "銀行賬", "银行帐", "銀行帳"),
)


def personal_columns(headings: Iterable[str]) -> list[str]:
    """Those of the headings that look like the name, number, telephone, address or birthday of a person.

    A plain ``name`` is not among them, since communities and organisations have names too.
    """
    return [heading for heading in headings if _is_personal(heading)]


def _is_personal(heading: str) -> bool:
    bare = re.sub(r"[\s_\-./]", "", unicodedata.normalize("NFKC", str(heading))).casefold()
    return bare in _WHOLE or any(part in bare for part in _PARTS)


_ID = re.compile(r"(?<!\d)\d{17}[\dX](?![\dA-Z])", re.IGNORECASE)
_MOBILE = re.compile(r"(?<![\d.])(?:\+?86)?1[3-9]\d{9}(?![\d.])")
_PHONE = re.compile(r"(?<!\d)0\d{2,3}-\d{7,8}(?!\d)")
_DATE = re.compile(r"(?:19|20)\d{2}[-/.年]\d{1,2}[-/.月]")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")


def is_id_number(digits: str) -> bool:
    """Whether 18 signs are the number of a Chinese identity card: a birthday and the check digit fit (GB 11643)."""
    month, day = int(digits[10:12]), int(digits[12:14])
    if not (digits[6:8] in {"18", "19", "20"} and 1 <= month <= 12 and 1 <= day <= 31):
        return False
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(digits[:17]))
    return "10X98765432"[total % 11] == digits[17].upper()


def _has_id(words: str) -> bool:
    return any(is_id_number(match.group()) for match in _ID.finditer(words))


def _has_phone(words: str) -> bool:
    joined = re.sub(r"(?<=\d)[\s-](?=\d)", "", words)
    return bool(_MOBILE.search(joined) or _PHONE.search(words)) and not _DATE.match(words)


PERSONAL_CELLS: Mapping[str, Callable[[str], bool]] = {
    "id number": _has_id,
    "telephone": _has_phone,
    "e-mail": lambda words: bool(_MAIL.search(words)),
}
