"""Two requests of the demo that several departments work on: one that goes well, one that nobody wants."""

from collections.abc import Callable, Iterator
from typing import Any

from portal.demo.clock import Clock
from portal.demo.story import Act, Story
from stewards import workflow
from stewards.models import HelpRequest, RequestPart
from stewards.parts import dates, verbs

MOVE = (
    "We move our team of twelve to the North Bund in January and hire two engineers from Norway. What support is there "
    "for the new office, and what do the two engineers need for their work permits? Please answer both together."
)
GREEN = "我们计划在园区屋顶建设分布式光伏并申请节能补贴，企业备案、项目补贴和施工许可分别由哪个部门办理？请一次性告知。"
HELLO = (
    "Good afternoon, Emma. I ask the departments concerned today and put their answers together for you. If anything "
    "is urgent, please call me."
)
NOT_OURS = (
    ("commerce", "wu", "建设项目不属于商务部门职责。"),
    ("human-resources", "sun", "与人力资源和社会保障业务无关。"),
    ("science-technology", "zhao", "节能补贴不在科技专项范围内，建议由发展改革部门办理。"),
)


def parts_acts(story: Story, clock: Clock) -> Iterator[Act]:
    well, unwanted = Telling(story, "nordic", "emma", "chen"), Telling(story, "green", "jiang", "")
    words = {"type": "help", "language": "en", "subject": "A new office and two engineers from Norway", "body": MOVE}
    steps: list[tuple[int, str, str, Callable[[], object]]] = [
        (2, "13:05", "emma", lambda: well.begin(**words)),
        (2, "13:15", "chen", well.take),
        (2, "13:20", "chen", well.write),
        (2, "13:30", "chen", well.ask("commerce", "Support for the new office: rent, one-off subsidy, conditions.")),
        (2, "13:32", "chen", well.ask("human-resources", "Work permits of two engineers: class, papers, how long.")),
        (2, "13:34", "chen", well.ask("science-technology", "Is there support for hiring engineers from abroad?")),
        (2, "14:10", "wu", well.do("commerce", "wu", verbs.accept)),
        (2, "14:40", "zhao", well.do("science-technology", "zhao", verbs.give_back, reason="A matter of talent.")),
        (2, "15:20", "qian", well.do("human-resources", "qian", verbs.accept)),
        (1, "10:35", "wu", well.do("commerce", "wu", verbs.answer, text=(
            "The rent subsidy of the North Bund applies to offices leased for two years or more. The company needs the "
            "lease and its business licence; we check the file within ten working days."))),
        (3, "15:05", "jiang", lambda: unwanted.begin(
            type="help", language="zh-hans", subject="屋顶光伏的备案、补贴和许可由哪个部门办理？", body=GREEN)),
        (3, "15:20", "", unwanted.take),
    ]  # fmt: skip
    for number, (department, who, reason) in enumerate(NOT_OURS):
        ask = unwanted.ask(department, "请说明节能补贴的申报条件和材料。")
        steps.append((2, f"09:{number * 3 + 10}", "", ask))
        steps.append((2, f"11:{number * 3 + 10}", who, unwanted.do(department, who, verbs.give_back, reason=reason)))
    for ago, time, by, happen in steps:
        yield Act(clock.moment(ago, time), happen, by)


class Telling:
    """One request and its parts on their way; without a name its steward is whoever the portal finds."""

    def __init__(self, story: Story, enterprise: str, asker: str, steward: str) -> None:
        self.story, self.enterprise, self.asker, self.steward = story, enterprise, asker, steward
        self.request = HelpRequest()

    @property
    def person(self) -> Any:
        return self.story.people[self.steward] if self.steward else self.request.steward

    def begin(self, **words: Any) -> None:
        by = self.story.people[self.asker]
        draft = workflow.save_draft(by=by, enterprise=self.story.enterprises[self.enterprise], **words)
        self.request = workflow.submit(draft, by=by)
        if self.request.steward is None:
            wang, admin = self.story.people["wang"], self.story.people["zhou"]
            self.request = workflow.assign(self.request, steward=wang, by=admin)

    def take(self) -> None:
        self.request = workflow.accept(self.request, by=self.person)

    def write(self) -> None:
        self.request = workflow.contact(self.request, by=self.person, text=HELLO)

    def ask(self, department: str, words: str) -> Callable[[], object]:
        def happen() -> object:
            request, to = self.request, self.story.departments[department]
            return verbs.add(request, by=self.person, department=to, asked=words, due_on=dates.proposed(request))

        return happen

    def do(self, department: str, who: str, verb: Callable[..., RequestPart], **facts: Any) -> Callable[[], object]:
        def happen() -> object:
            part = RequestPart.objects.select_related("request").get(
                request=self.request, department=self.story.departments[department]
            )
            return verb(part, by=self.story.people[who], **facts)

        return happen
