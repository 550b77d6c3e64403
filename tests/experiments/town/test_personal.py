"""Headings that look like personal data."""

from __future__ import annotations

import pytest

from experiments.text import LANGUAGES
from experiments.town import columns
from experiments.town.personal import personal_columns


@pytest.mark.parametrize(
    "heading",
    [
        "姓名",
        "居民姓名",
        "身份证号码",
        "身分證字號",
        "联系电话",
        "手機",
        "Phone number",
        "ID_card",
        "家庭住址",
        "E-mail",
        "出生日期",
    ],
)
def test_personal_headings_are_found(heading):
    assert personal_columns(["residents", heading]) == [heading]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_heading_of_the_template_is_personal(language):
    headings = [column.labels[language] for table in columns.tables().values() for column in table]

    assert personal_columns(headings) == []
    assert personal_columns(["name", "age", "category", "rating", "closed", "户数", "党员", "身份"]) == []
