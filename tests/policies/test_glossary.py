"""The district's wording: found in what is typed, kept by officials."""

from typing import Any

import pytest
from django.test import Client

from policies.glossary import terms
from policies.models import GlossaryTerm, Revision
from portal.core.access import Refused
from tests.factories.accounts import UserFactory
from tests.factories.policies import PolicyFactory

KNOWN = [
    GlossaryTerm(chinese=chinese, english=english)
    for chinese, english in (
        ("政策", "policy"),
        ("政策体检", "policy check-up"),
        ("园区", "park"),
        ("服务管家", "service steward"),
        ("街道", "subdistrict"),
    )
]


def said(chinese: str, english: str) -> list[tuple[str, str, bool]]:
    return [(hint.source, hint.wording, hint.used) for hint in terms.hints(chinese, english, KNOWN)]


def test_terms_are_found_in_either_text(subtests: Any) -> None:
    for chinese, english, expected in (
        ("", "", []),
        ("无关", "unrelated", []),
        ("服务管家上门", "", [("服务管家", "service steward", False)]),
        ("服务管家上门", "The Service Stewards call", [("服务管家", "service steward", True)]),
        ("政策体检", "", [("政策体检", "policy check-up", False)]),  # and not the shorter term inside
        ("政策体检与政策", "policies", [("政策体检", "policy check-up", False), ("政策", "policy", True)]),
        ("", "In the parks", [("park", "园区", False)]),
        ("", "parking", []),  # a part of a word is no word
        ("园区", "parks", [("园区", "park", True)]),
        ("街道，园区", "the park", [("街道", "subdistrict", False), ("园区", "park", True)]),  # unused first
    ):
        with subtests.test(chinese=chinese, english=english):
            assert said(chinese, english) == expected


def test_odd_and_huge_texts_cost_little() -> None:
    assert said("园区" * 1_000_000, "(park)[\\" * 100_000)[0] == ("园区", "park", True)
    assert said("\x00\ud83d", "park\x00") == [("park", "园区", False)]


@pytest.mark.django_db
def test_kept_by_editors_under_a_lock() -> None:
    editor, reader = UserFactory(roles=["editor"]), UserFactory(roles=["translator"])
    term = terms.add(by=editor, chinese="虚构办", english="Fictional Office")
    with pytest.raises(Refused, match="already"):
        terms.add(by=editor, chinese="虚构办", english="Fictional Office")
    with pytest.raises(Refused, match="Only policy editors"):
        terms.add(by=reader, chinese="甲", english="A")
    terms.change(term, by=editor, chinese="虚构办", english="Fictional Bureau", note="", seen=1)
    with pytest.raises(Refused, match="changed this term meanwhile"):
        terms.change(term, by=editor, chinese="虚构办", english="Other", note="", seen=1)
    terms.remove(term, by=editor, seen=2)
    with pytest.raises(Refused, match="removed meanwhile"):
        terms.remove(term, by=editor, seen=2)


@pytest.mark.django_db
def test_the_pages(as_user: Any) -> None:
    GlossaryTerm.objects.get_or_create(chinese="服务管家", english="service steward")
    client: Client = as_user(UserFactory(roles=["editor"]))
    assert "服务管家" in client.get("/en/publishing/glossary/?q=steward").content.decode()
    assert "No such term" in client.get("/en/publishing/glossary/?q=%ED%A0%BDzzz").content.decode()
    answer = client.post("/en/publishing/glossary/new/", {"chinese": "", "english": " Fictional   thing "})
    assert "This field is required" in answer.content.decode()
    assert "Fictional   thing" in answer.content.decode()
    client.post("/en/publishing/glossary/new/", {"chinese": "虚构物", "english": " Fictional   thing "})
    term = GlossaryTerm.objects.get(chinese="虚构物")
    assert term.english == "Fictional thing"
    page = f"/en/publishing/glossary/{term.pk}/"
    stale = client.post(page, {"chinese": "虚构物", "english": "Mine", "seen": "0"}).content.decode()
    assert "Somebody has changed this term meanwhile" in stale
    assert 'value="Mine"' in stale
    client.post(page, {"chinese": "虚构物", "english": "Better", "seen": "1"})
    assert client.post(f"{page}remove/", {"seen": "nonsense"}).url == page
    assert client.post(f"{page}remove/", {"seen": "2"}).status_code == 302
    assert not GlossaryTerm.objects.filter(chinese="虚构物").exists()


@pytest.mark.django_db
def test_offered_while_a_text_is_written(as_user: Any) -> None:
    for chinese, english in (("服务管家", "service steward"), ("园区", "park")):
        GlossaryTerm.objects.get_or_create(chinese=chinese, english=english)
    author = UserFactory(roles=["editor"])
    content = {"title_zh_hans": "服务管家办法", "title_en": "", "criteria": []}
    revision = Revision.objects.create(policy=PolicyFactory(), author=author, content=content)
    client = as_user(author)
    text = client.get(f"/en/publishing/{revision.pk}/").content.decode()
    assert 'data-insert="service steward" data-into="id_title_en"' in text
    sent = {"title_zh_hans": "园区", "title_en": "<b>steward"}
    fragment = client.post("/en/publishing/glossary/hints/title/", sent).content.decode()
    assert "park" in fragment
    assert "<html" not in fragment
    assert client.post("/en/publishing/glossary/hints/slug/", sent).status_code == 404
