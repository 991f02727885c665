"""Saved views of the queue: kept, shared with the department, renamed, removed; nobody else's are touched."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from portal.core.access import Refused
from stewards.deskwork import saved
from stewards.models import SavedView
from tests.factories.accounts import HandlerFactory, StewardFactory, UserFactory

pytestmark = pytest.mark.django_db
AsUser = Callable[[Any], Client]
VIEWS = "/en/desk/views/"


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("", ""),
        ("tab=mine&type=help&q=", "tab=mine&type=help"),
        ("tab=open&cursor=abc&csrfmiddlewaretoken=x", "tab=open"),
        ("q=%E7%A7%9F%E9%87%91&enterprise=A+B", "q=%E7%A7%9F%E9%87%91&enterprise=A+B"),
        ("tag=1&tag=&tag=2", "tag=1&tag=2"),
    ],
)
def test_what_of_the_address_is_kept(address: str, kept: str) -> None:
    assert saved.query_of(QueryDict(address)) == kept


def test_from_the_queue_and_back(as_user: AsUser) -> None:
    me = StewardFactory()
    client = as_user(me)
    page = text(client.get("/en/desk/?tab=overdue&type=help&q="))
    assert 'name="query" value="tab=overdue&amp;type=help"' in page
    response = client.post(VIEWS + "keep/", {"name": "  Late   help ", "query": "tab=overdue&type=help"})
    assert response["Location"] == "/en/desk/?tab=overdue&type=help"
    page = text(client.get("/en/desk/"))
    assert '<a class="tag" href="/en/desk/?tab=overdue&amp;type=help">Late help</a>' in page
    client.post(VIEWS + "keep/", {"name": "Late help", "query": "tab=waiting"})
    assert SavedView.objects.get().query == "tab=waiting"


def test_shared_ones_are_the_departments(as_user: AsUser) -> None:
    me, other = StewardFactory(), HandlerFactory()
    colleague = HandlerFactory(department=me.department)
    saved.save(by=me, name="Ours", query="tab=open", shared=True)
    saved.save(by=me, name="Mine", query="tab=open")
    names = [[view.name for view in saved.views_of(person)] for person in (me, colleague, other)]
    assert names == [["Mine", "Ours"], ["Ours"], []]
    page = text(as_user(colleague).get(VIEWS))
    assert "Ours" in page
    assert "Mine" not in page
    assert me.name in page
    view = SavedView.objects.get(name="Ours")
    for data in ({"remove": "yes"}, {"name": "Theirs"}):
        assert as_user(colleague).post(f"{VIEWS}{view.pk}/", data).status_code == 404
    with pytest.raises(Refused, match="Only the person who saved"):
        saved.change(view, by=colleague, name="Theirs", shared=False)


def test_renaming_sharing_and_removing(as_user: AsUser) -> None:
    me = StewardFactory()
    client, view = as_user(me), saved.save(by=me, name="One", query="tab=mine")
    saved.save(by=me, name="Two", query="")
    client.post(f"{VIEWS}{view.pk}/", {"name": "First", "shared": "on"})
    view.refresh_from_db()
    assert (view.name, view.department) == ("First", me.department)
    assert "You have a view of this name already." in text(
        client.post(f"{VIEWS}{view.pk}/", {"name": "Two"}, follow=True)
    )
    client.post(f"{VIEWS}{view.pk}/", {"name": "First"})
    view.refresh_from_db()
    assert view.department is None
    client.post(f"{VIEWS}{view.pk}/", {"remove": "yes"})
    assert [each.name for each in SavedView.objects.all()] == ["Two"]


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"name": " "}, "Give the view a name"),
        ({"name": "x" * 61}, "at most 60"),
        ({"query": "q=" + "x" * 1_000}, "too many filters"),
        ({"shared": True}, "no department"),
    ],
)
def test_what_is_refused(as_user: AsUser, facts: dict[str, Any], why: str) -> None:
    me = UserFactory(roles=["admin"])
    said = {"name": "View", "query": "tab=open", **facts}
    with pytest.raises(Refused, match=why):
        saved.save(by=me, **said)
    assert why in text(as_user(me).post(VIEWS + "keep/", said, follow=True))
    assert not SavedView.objects.exists()


def test_so_many_and_no_more() -> None:
    me = StewardFactory()
    SavedView.objects.bulk_create(SavedView(owner=me, name=f"{n}", query="") for n in range(saved.MOST))
    with pytest.raises(Refused, match="Remove one first"):
        saved.save(by=me, name="one more", query="")
    saved.save(by=me, name="7", query="tab=mine")


@pytest.mark.parametrize("roles", [[], ["leader"], ["auditor"]])
def test_only_for_those_who_work_at_the_desk(as_user: AsUser, roles: list[str]) -> None:
    client = as_user(UserFactory(roles=roles))
    assert client.get(VIEWS).status_code == client.post(VIEWS + "keep/", {"name": "x"}).status_code == 404
    if "leader" in roles:
        assert "saved-views" not in text(client.get("/en/desk/"))
