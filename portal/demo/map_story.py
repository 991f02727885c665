"""The industry map at work: a chain that the service centre describes, and the figures at the end of it all."""

from collections.abc import Iterator
from functools import partial

from enterprises.models import Industry
from insights import rollups, workflow
from insights.models import Chain, ChainStep
from portal.demo.clock import Clock
from portal.demo.story import Act, Story

CHAIN = {
    "name_zh_hans": "航运服务产业链",
    "name_en": "Shipping services",
    "about_zh_hans": "从船舶装备到航运金融：北外滩航运服务的上下游。",
    "about_en": "From ship equipment to shipping finance: what comes before and after the services on the North Bund.",
}
STEPS = (  # stream, Chinese, English, divisions
    ("up", "船舶与装备", "Ships and equipment", ["C37"]),
    ("up", "软件与数据", "Software and data", ["I64", "I65"]),
    ("middle", "水上运输", "Water transport", ["G55"]),
    ("middle", "装卸与仓储", "Handling and storage", ["G59"]),
    ("down", "航运金融与保险", "Shipping finance and insurance", ["J66", "J68"]),
    ("down", "商务与法律服务", "Business and legal services", ["L72"]),
)


def map_acts(story: Story, clock: Clock) -> Iterator[Act]:
    yield Act(clock.moment(5, "10:30"), partial(_describe, story), "zhou")
    yield Act(clock.moment(0, "23:59"), rollups.refresh)


def _describe(story: Story) -> None:
    chain = workflow.keep_chain(Chain(**CHAIN), by=story.people["zhou"])
    for position, (stream, zh, en, codes) in enumerate(STEPS, start=1):
        step = ChainStep(chain=chain, stream=stream, position=position, name_zh_hans=zh, name_en=en)
        workflow.keep_step(step, Industry.objects.filter(code__in=codes), by=story.people["zhou"])
