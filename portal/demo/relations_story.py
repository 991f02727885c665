"""Sorting, merging and working together in the demo: categories, tags, a merged duplicate, a mention, a checklist."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from portal.demo.clock import Clock
from portal.demo.story import Act, Story
from stewards import workflow
from stewards.models import HelpRequest, RequestCategory, Tag
from stewards.relations import catalogue, checklist, links, merging, sorting, watching

CATEGORIES: dict[tuple[str, str], list[tuple[str, str]]] = {
    ("人才与用工", "People and work"): [
        ("落户与居住证", "Residence"), ("工作许可与签证", "Work permits and visas"),
        ("社保与补贴", "Social insurance and subsidies"), ("人才公寓", "Flats for talents"),
    ],
    ("场地与设施", "Premises and facilities"): [
        ("办公用房", "Office space"), ("水电与设施", "Power, water, facilities"),
    ],
    ("资金与税费", "Funds and taxes"): [("专项资金", "Special funds"), ("税收", "Taxes")],
    ("环境与市容", "Environment"): [],
}  # fmt: skip
STEPS = {
    "help": ("致电企业，确认需求\n核对政策依据\n与承办部门确认时限", "Call the enterprise and confirm what it needs\n"
             "Check which policy applies\nAgree on the date with the department in charge"),
    "complaint": ("当天致电企业\n现场核实\n书面反馈处理结果", "Call the enterprise on the same day\n"
                  "Look at it on the spot\nReport the outcome in writing"),
}  # fmt: skip
INTERNS, FLATS, NOISE, DUST, POOL = (
    "应届毕业生见习补贴如何申领？", "人才公寓名额申请", "同一园区企业夜间违规排风", "隔壁工地扬尘影响经营",
    "跨境资金池备案需要哪些部门会签？",
)  # fmt: skip
AGAIN = {
    INTERNS: ("毕业生见习补贴申领需要什么材料？", "见习补贴和社保补贴可以一起申领吗？需要准备哪些材料？"),
    FLATS: ("人才公寓还有名额吗？", "两位新引进的工程师希望入住人才公寓，想申请名额。"),
}

TAGS = {
    "应届毕业生": "New graduates", "见习": "Internship", "引进人才": "Talents from elsewhere",
    "扬尘": "Dust", "施工": "Building site",
}  # fmt: skip


def relations_acts(story: Story, clock: Clock) -> Iterator[Act]:
    chen, wang, li, zhou = (story.people[name] for name in ("chen", "wang", "li", "zhou"))
    yield Act(clock.moment(25, "10:00"), partial(_lists, zhou), "zhou")
    yield Act(clock.moment(3, "11:00"), lambda: _sort(INTERNS, chen, "社保与补贴", ["应届毕业生", "见习"]), "chen")
    yield Act(clock.moment(2, "11:00"), lambda: _ask_again(story, INTERNS), "huang")
    yield Act(clock.moment(2, "14:00"), lambda: _merge(AGAIN[INTERNS][0], INTERNS, chen), "chen")
    yield Act(clock.moment(2, "14:05"), lambda: watching.watch(_asked(INTERNS), by=chen), "chen")
    yield Act(clock.moment(1, "11:00"), lambda: _mention(story), "chen")
    yield Act(clock.moment(1, "16:00"), lambda: _ask_again(story, FLATS), "huang")
    yield Act(clock.moment(2, "16:00"), lambda: _sort(FLATS, chen, "人才公寓", ["引进人才"]), "chen")
    yield Act(clock.moment(6, "10:00"), lambda: _sort(DUST, wang, "环境与市容", ["扬尘", "施工"]), "wang")
    yield Act(clock.moment(6, "10:10"), lambda: _link(wang), "wang")
    yield Act(clock.moment(3, "16:00"), lambda: _steps(li), "li")
    yield Act(clock.moment(1, "17:00"), lambda: _complete(zhou), "zhou")


def _asked(subject: str) -> HelpRequest:
    return HelpRequest.objects.get(subject=subject)


def _lists(by: Any) -> None:
    for names, below in CATEGORIES.items():
        first = catalogue.add_category(by=by, names=_names(names))
        for each in below:
            catalogue.add_category(by=by, names=_names(each), parent=first)
    for type, (chinese, english) in STEPS.items():
        catalogue.set_usual_steps(type, by=by, steps={"steps_zh_hans": chinese, "steps_en": english})


def _names(pair: tuple[str, str]) -> dict[str, str]:
    return dict(zip(("name_zh_hans", "name_en"), pair, strict=True))


def _sort(subject: str, by: Any, category: str, tags: list[str]) -> None:
    sorting.set_category(_asked(subject), RequestCategory.objects.get(name_zh_hans=category), by=by)
    sorting.set_tags(_asked(subject), tags, by=by)


def _complete(by: Any) -> None:
    """The service centre gives the tags their English names."""
    for tag in Tag.objects.filter(name_zh_hans__in=TAGS):
        catalogue.rename_tag(tag, by=by, names={"name_en": TAGS[str(tag.name_zh_hans)]})  # type: ignore[attr-defined]


def _ask_again(story: Story, subject: str) -> None:
    """A colleague of the same enterprise asks for the same thing in other words."""
    huang, (again, body) = story.people["huang"], AGAIN[subject]
    draft = workflow.save_draft(
        by=huang, enterprise=story.enterprises["stars"], type="help", subject=again, body=body, language="zh-hans"
    )
    workflow.submit(draft, by=huang)


def _merge(gone: str, goal: str, by: Any) -> None:
    merging.merge(_asked(gone), into=_asked(goal), by=by)


def _mention(story: Story) -> None:
    text = "@孙丽 黄蕾又问了一次同样的事，已并入本件。答复时请一并说明社保补贴。"
    workflow.note(_asked(INTERNS), by=story.people["chen"], text=text, also=[story.people["sun"]])


def _link(by: Any) -> None:
    links.link(_asked(NOISE), _asked(DUST), by=by, note="均涉及扬尘与排放，可一并联系生态环境部门")


def _steps(by: Any) -> None:
    asked = _asked(POOL)
    first, second, _third = checklist.use_usual(asked, by=by)
    for step in (first, second):
        checklist.tick(asked, step.pk, by=by, done=True)
