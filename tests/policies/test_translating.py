"""The translator's worklist: what lacks a language, whatever it is."""

from typing import Any

import pytest

from policies.models import Consultation, Interpretation, Package, PolicyQuestion, Revision
from policies.publishing import translating
from tests.factories.accounts import UserFactory
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db
PAGE = "/en/publishing/translations/"


def test_everything_that_lacks_a_language_is_gathered(as_user: Any, django_assert_num_queries: Any) -> None:
    author = UserFactory(roles=["translator"])
    client = as_user(author)
    assert "Everything is in both languages" in client.get(PAGE).content.decode()
    policy = PolicyFactory(title_en="Half", benefit_zh_hans="奖励")
    PolicyFactory(title_en="Stale one", stale=["summary_en"])
    mended = PolicyFactory(title_en="Being mended", benefit_zh_hans="奖励")
    Revision.objects.create(policy=mended, author=author, content={"title_zh_hans": "草稿", "title_en": ""})
    Package.objects.create(theme="finance", title_zh_hans="虚构包", author=author)
    found = Interpretation.objects.create(kind="text", author=author, content={"title_en": "Explained"})
    found.links.create(policy=policy, version=1)
    Interpretation.objects.create(kind="text", author=author, content={"title_en": "A", "title_zh_hans": "甲"})
    PolicyQuestion.objects.create(policy=policy, question_en="May we?", answer_en="Yes.", answer_zh_hans="可以。")
    draft = Consultation.objects.create(slug="fictional", title_en="Fictional measures", author=author)
    draft.clauses.create(number=3, text_en="Article")
    heaps = {str(heap.label): heap.works for heap in translating.heaps()}
    assert [(label, [work.title for work in works]) for label, works in heaps.items()] == [
        ("Policies being written", ["草稿"]),
        ("Published policies", ["Half", "Stale one"]),
        ("Interpretations", ["Explained"]),
        ("Questions and answers", ["May we?"]),
        ("Draft consultations", ["Fictional measures"]),
        ("Service packages", ["虚构包"]),
    ]
    half, stale = heaps["Published policies"]
    assert (half.missing, half.stale) == ("Support standard (English)", "")
    assert (stale.missing, stale.stale) == ("", "Summary (English)")
    assert heaps["Draft consultations"][0].missing == "Title (Chinese), Article 3 · Text (Chinese)"
    text = client.get(PAGE).content.decode()
    for works in heaps.values():
        for work in works:
            assert client.get(work.url).status_code == 200
            assert work.title in text


def test_the_longest_waiting_come_first_and_not_all_at_once() -> None:
    PolicyFactory.create_batch(translating.SHOWN + 1, benefit_en="Only here")
    (heap,) = translating.heaps()
    assert len(heap.works) == translating.SHOWN
    assert heap.more
    assert [work.since for work in heap.works] == sorted(work.since for work in heap.works)
