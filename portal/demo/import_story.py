"""A file that an editor has uploaded and not confirmed yet: every kind of row is in it. Nothing of it is published."""

import csv
import io
from collections.abc import Iterator
from functools import partial
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from policies.exchange.columns import heading_of
from policies.exchange.importing import upload
from policies.models import Policy
from portal.core import bilingual
from portal.demo.clock import Clock
from portal.demo.story import Act, Story

NEW = {
    "slug": "demo-green-office-award",
    "title_zh_hans": "虹口区绿色办公示范单位奖励办法（演示）",
    "title_en": "Hongkou green office award (demo)",
    "issuer_zh_hans": "演示用发文机关",
    "issuer_en": "Issuing authority of the demonstration",
    "summary_zh_hans": "演示用草稿，非真实政策。",
    "summary_en": "A draft of the demonstration; not a real policy.",
    "category": "green",
    "support_type": "subsidy",
    "max_amount_cny": "20万元",
    "issued_on": "2026年3月1日",
}
WRONG = NEW | {
    "slug": "demo green office",
    "title_zh_hans": "虹口区绿色办公补贴（演示）",
    "category": "绿色",
    "max_amount_cny": "=SUM(J2:J5)",
    "issued_on": "2026-13-01",
}
REWORDED, SAME, BUSY = "hk-energy-saving-fund-2024", "hk-cultural-creative-2019", "hk-sme-support-2023"


def import_acts(story: Story, clock: Clock) -> Iterator[Act]:
    yield Act(clock.moment(1, "16:20"), partial(_upload, story), "zheng")


def _upload(story: Story) -> None:
    known = Policy.objects.in_bulk([REWORDED, SAME, BUSY], field_name="slug")
    rows: list[dict[str, Any]] = [NEW]
    for slug, policy in known.items():
        row = {column: getattr(policy, column) for column in NEW}
        rows.append(row if slug == SAME else row | {"title_en": f"{row['title_en']} (new wording)"})
    out = io.StringIO()
    writer = csv.writer(out)
    with bilingual.speaking("zh-hans"):
        writer.writerow([*map(heading_of, NEW), "经办人备注"])
    writer.writerows([*row.values(), "请核对"] for row in (*rows, WRONG))
    upload(SimpleUploadedFile("政策更新汇总.csv", out.getvalue().encode("gb18030")), by=story.people["zheng"])
