"""An extract of the business registry that waits to be looked at: new rows, one that changes a record, wrong ones."""

import csv
import io
from collections.abc import Iterator
from functools import partial

from django.core.files.base import ContentFile

from enterprises import credit_code
from enterprises.models import Enterprise
from enterprises.registry import workflow
from portal.core.calendar import local_day
from portal.demo.clock import Clock
from portal.demo.story import Act, Story

HEADS = ["统一社会信用代码", "企业名称", "英文名称", "行业代码", "成立日期", "从业人数", "营业收入（万元）", "登记机关"]
NEW = (  # serial, Chinese, English, industry, founded, employees, revenue
    (90_001, "虚构潮汐数据（上海）有限公司", "Tide Data (fictional)", "I65", "2021-03-18", "46", "3200"),
    (90_002, "虚构望江航运服务有限公司", "River View Shipping (fictional)", "G55", "2015-11-02", "130", "18650.5"),
    (90_003, "虚构橡树会计服务有限公司", "Oak Accounting (fictional)", "L72", "2024-06-07", "9", "410"),
    (90_004, "虚构白鹭餐饮管理有限公司", "Egret Catering (fictional)", "H62", "31.06.2020", "很多", "95"),
)


def registry_acts(story: Story, clock: Clock) -> Iterator[Act]:
    yield Act(clock.moment(1, "10:00"), partial(_upload, story), "zhou")


def _upload(story: Story) -> None:
    rows = [[credit_code.make(serial), *texts, "演示登记机关"] for serial, *texts in NEW]
    known = Enterprise.objects.exclude(credit_code=None).order_by("pk").first()
    if known is not None:
        name = known.name_zh_hans  # type: ignore[attr-defined]
        rows.append([str(known.credit_code), name, "", "", "", str((known.employees or 10) + 7), "", "演示登记机关"])
    text = io.StringIO()
    csv.writer(text).writerows([HEADS, *rows])
    file = ContentFile(text.getvalue().encode("utf-8-sig"), name="registry-demo.csv")
    found = workflow.upload(file, extract_on=local_day(), by=story.people["zhou"])  # type: ignore[arg-type]
    workflow.read(found.pk)
