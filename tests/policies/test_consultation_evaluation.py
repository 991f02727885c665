"""After the last day: sorted, answered, reviewed, published; the shares; and the officials' pages."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from notices.models import Message
from policies.consultation import answering, export
from policies.consultation.figures import Shares, shares_of
from policies.consultation.queries import chosen_from, comments_of
from policies.models import Consultation, ConsultationComment
from portal.core.access import Refused
from tests.factories import consultations as made
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.policies import PolicyFactory
from tests.factories.publishing import editor, reviewer, translator

pytestmark = pytest.mark.django_db
Sign = Callable[[Any], Client]


def url(name: str, row: Consultation, *args: Any) -> str:
    return reverse(f"publishing:consultation{name}", args=[row.pk, *args])


def keys(row: Consultation) -> list[int]:
    return list(row.comments.order_by("pk").values_list("pk", flat=True))


# --- sorting and answering --------------------------------------------------------------------------------------------


def test_from_comments_to_answers(subtests: Any) -> None:
    author, second, judge, asker = editor(), translator(), reviewer(), UserFactory(language="zh-hans")
    row = made.closed(author=author)
    made.say(row, "Ten days", "Ten days, please", author=asker)
    made.say(row, "Buy cheap things")
    first, _other, advert = keys(row)
    content = {**made.GROUP, "clause": row.clauses.get(number=1)}
    group = answering.save_group(row, by=second, content=content | {"answer_en": ""})
    assert answering.sort(row, [first, first, 10**9], by=author, group=group.pk) == 1
    for said in ("Not sorted yet: 2", "both languages"):
        with subtests.test(said=said), pytest.raises(Refused, match=said):
            answering.send_answers(row, by=author)
        answering.sort(row, keys(row)[:2], by=second, group=group.pk)
        answering.sort(row, [advert], by=author, aside="abuse")
    answering.save_group(row, by=second, content=content, group=group.pk, seen=group.lock_version)
    sent = answering.send_answers(row, by=author)
    with subtests.test("not by those who wrote them"):
        for writer in (author, second):
            writer.roles = ["reviewer"]
            with pytest.raises(Refused, match="yourself"):
                answering.publish_answers(sent, by=writer, seen=sent.lock_version)
    with subtests.test("nor by somebody who read something else"), pytest.raises(Refused, match="read it again"):
        answering.publish_answers(sent, by=judge, seen=0)
    done = answering.publish_answers(sent, by=judge, seen=sent.lock_version)
    assert (done.stage, done.answered_at is not None) == ("answered", True)
    with subtests.test("who had signed in is told once, in their language"):
        told = Message.objects.get(recipient=asker)
        assert (told.state, told.kind) == ("held", "policy_consultation")
        assert told.url == f"/zh-hans/consultations/{row.slug}/"
    with subtests.test("the sorting is in the audit trail, the words are not"):
        trail = ConsultationComment.objects.get(pk=first).audit_rows.order_by("pgh_id")
        assert list(dict.fromkeys(trail.values_list("group", flat=True))) == [None, group.pk]
        assert not hasattr(trail.first(), "text")


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ({"group": 10**9}, "removed meanwhile"),
        ({"aside": "boredom"}, "no such reason"),
        ({"group": 1, "aside": "abuse"}, "not both"),
        ({"comments": []}, "at least one"),
    ],
)
def test_sorting_that_is_refused(target: dict[str, Any], said: str) -> None:
    row = made.evaluated()
    comments = target.pop("comments", keys(row))
    with pytest.raises(Refused, match=said):
        answering.sort(row, comments, by=editor(), **target)


def test_comments_and_groups_of_another_consultation_stay_there() -> None:
    row, other, by = made.evaluated(), made.evaluated(), editor()
    with pytest.raises(Refused, match="at least one"):
        answering.sort(row, keys(other), by=by, aside="abuse")
    with pytest.raises(Refused, match="removed meanwhile"):
        answering.sort(row, keys(row), by=by, group=other.groups.get().pk)
    foreign = {**made.GROUP, "clause": other.clauses.first()}
    with pytest.raises(Refused, match="another draft"):
        answering.save_group(row, by=by, content=foreign)
    with pytest.raises(Refused, match="removed meanwhile"):
        answering.save_group(row, by=by, content=foreign, group=other.groups.get().pk)


def test_sorting_begins_when_nothing_more_comes_in() -> None:
    row = made.opened()
    made.say(row, "Early")
    with pytest.raises(Refused, match="once the last day has passed"):
        answering.sort(row, keys(row), by=editor(), aside="abuse")


def test_a_group_that_goes_gives_its_comments_back(monkeypatch: Any) -> None:
    row, by = made.evaluated(), editor()
    group = row.groups.get()
    answering.remove_group(row, group.pk, by=by)
    answering.remove_group(row, group.pk, by=by)
    assert row.comments.filter(group=None, set_aside="").count() == 1
    with pytest.raises(Refused, match="theme"):
        answering.save_group(row, by=by, content={**made.GROUP, "clause": None, "title_zh_hans": "", "title_en": ""})
    monkeypatch.setattr(answering, "MOST_GROUPS", 0)
    with pytest.raises(Refused, match="at most 0"):
        answering.save_group(row, by=by, content={**made.GROUP, "clause": None})


def test_no_comment_at_all_can_be_answered_too(client: Client) -> None:
    row = made.closed()
    sent = answering.send_answers(row, by=editor())
    answering.publish_answers(sent, by=reviewer(), seen=sent.lock_version)
    page = client.get(f"/en/consultations/{row.slug}/").content.decode()
    assert "No comment was received." in page
    assert "Norm met" not in page


# --- figures ----------------------------------------------------------------------------------------------------------


def test_voices_are_counted_not_comments() -> None:
    row = made.closed()
    enterprise, person = EnterpriseFactory(), UserFactory()
    own = {"enterprise": enterprise, "speaks_for": "enterprise"}
    made.say(row, "a", "b", size="small", **own, author=person)
    made.say(row, "c", size="small", **own, author=UserFactory())  # a colleague: the same voice
    made.say(row, "d", author=person)  # for nobody but herself
    made.say(row, "e", author=person, speaks_for="enterprise", size="large")
    made.say(row, "f", speaks_for="enterprise", size="micro")
    made.say(row, "g", speaks_for="enterprise", size="micro", set_aside="abuse")  # not heard
    made.say(row, "h")
    shares = shares_of(row)
    assert (shares.sizes, shares.silent) == ({"small": 1, "large": 1, "micro": 1}, 1)
    assert (shares.smes, shares.said, shares.percent, shares.half) == (2, 3, 66, True)


@pytest.mark.parametrize(
    ("sizes", "enough", "exact", "half", "percent"),
    [
        ({}, False, False, False, None),
        ({"micro": 4}, False, False, True, 100),
        ({"micro": 5}, True, True, True, 100),
        ({"micro": 5, "large": 1}, True, False, True, 83),
        ({"small": 2, "medium": 3, "large": 5}, True, True, True, 50),
        ({"micro": 5, "large": 6}, True, True, False, 45),
        ({"large": 6}, True, True, False, 0),
    ],
)
def test_what_the_public_may_know_of_shares(
    sizes: dict[str, int], enough: bool, exact: bool, half: bool, percent: int | None
) -> None:
    shares = Shares(sizes, silent=4)
    assert (shares.enough, shares.exact, shares.half, shares.percent) == (enough, exact, half, percent)
    assert (shares.silent_told, Shares({}, 0).silent_told, Shares({}, 5).silent_told) == (None, 0, 5)


def test_the_public_page_of_an_answered_one(client: Client) -> None:
    row = made.answered()
    time_limits = made.group(row, clause=row.clauses.get(number=2))
    rest = made.group(row, title_en="Forms", title_zh_hans="表格", kind="covered")
    for n in range(6):
        made.say(row, f"Ten days {n}", group=time_limits, speaks_for="enterprise", size="micro")
        made.say(row, f"Fewer forms {n}", group=rest, speaks_for="enterprise", size="large")
    made.say(row, "Advert", set_aside="abuse")
    policy = PolicyFactory(title_en="What came of it")
    Consultation.objects.filter(pk=row.pk).update(outcome=policy)
    page = client.get(f"/en/consultations/{row.slug}/").content.decode()
    assert "13 comments were received" in page
    assert "50% small and medium-sized: 6 of the 12" in page
    assert "Norm met" in page
    assert page.index("The draft as a whole") < page.index("Forms") < page.index("Time limits")
    assert "The time is too short." in page
    assert "It is now ten days." in page
    assert "6 comments" in page
    assert "number of comments not shown" in page  # the second six would tell that one was set aside
    assert "A few comments were set aside" in page
    assert "Advert" not in page
    assert "What came of it" in page
    assert row.slug in client.get(f"/en/policies/{policy.slug}/").content.decode()
    with translation.override("zh-hans"):
        assert "期限太短。" in client.get(f"/zh-hans/consultations/{row.slug}/").content.decode()


# --- the officials' pages -------------------------------------------------------------------------------------------


def test_groups_are_not_public_before_the_second_person(client: Client) -> None:
    for row in (made.evaluated(), made.consultation("answers_in_review", opens=-40, closes=-1)):
        page = client.get(f"/en/consultations/{row.slug}/").content.decode()
        assert "being evaluated" in page
        assert "Time limits" not in page


@pytest.mark.parametrize("size", [1, 8])
def test_comments_take_as_many_queries_however_many(as_user: Sign, size: int, django_assert_num_queries: Any) -> None:
    row = made.closed()
    firms = [EnterpriseFactory() for _n in range(min(size, 3))]
    for n in range(size):
        member = {"enterprise": firms[n % 3], "named": True, "speaks_for": "enterprise", "size": "micro"}
        made.say(row, f"Words {n}", clause=1, group=made.group(row) if n % 2 else None, **member)
    client = as_user(editor())
    # who asks (2), the consultation, groups, articles, the page of comments, totals, voices
    with django_assert_num_queries(8):
        assert client.get(url("-comments", row)).status_code == 200


def test_comments_are_found_and_filtered(subtests: Any) -> None:
    row = made.closed()
    group = made.group(row)
    made.say(row, "The time limits are short", group=group, clause=1)
    made.say(row, "期限太短，请延长", clause=2)
    made.say(row, "Buy!!", set_aside="abuse")
    first, second = row.clauses.all()
    for asked, found in (
        ({}, 3),
        ({"q": "limit"}, 1),
        ({"q": "期限"}, 1),
        ({"q": "…！"}, 0),
        ({"q": "%' OR 1=1" * 9_000}, 0),
        ({"clause": str(first.pk)}, 1),
        ({"clause": "whole"}, 1),
        ({"group": "none"}, 1),
        ({"group": "aside"}, 1),
        ({"group": str(group.pk), "q": "short"}, 1),
        ({"group": str(group.pk), "clause": str(second.pk)}, 0),
        ({"group": "x" * 99, "clause": "-1", "cursor": "forged"}, 3),
    ):
        with subtests.test(asked=str(asked)[:60]):
            assert comments_of(row, chosen_from(asked)).count() == found


def test_several_comments_are_sorted_at_once(as_user: Sign, subtests: Any) -> None:
    row, client = made.closed(), as_user(editor())
    group = made.group(row)
    made.say(row, "One", "Two", "Three")
    picked = keys(row)
    for to, state in (
        (str(group.pk), (group.pk, "")),
        ("aside-off_topic", (None, "off_topic")),
        ("none", (None, "")),
    ):
        with subtests.test(to=to):
            answer = client.post(url("-sort", row), {"comment": picked[:2], "to": to, "back": "group=none&q=O"})
            assert answer["Location"].endswith("/comments/?group=none&q=O")
            assert set(row.comments.filter(pk__in=picked[:2]).values_list("group", "set_aside")) == {state}
    for data in ({"to": str(group.pk)}, {"comment": ["x", "-1"], "to": "none"}, {"comment": picked, "to": "away"}):
        with subtests.test(data=str(data)):
            page = client.post(url("-sort", row), data, follow=True).content.decode()
            assert "Choose" in page
    page = client.get(url("-comments", row)).content.decode()
    assert page.count('name="comment"') == 3
    assert "3 not sorted yet" in page


def test_a_name_is_seen_by_officials_only_where_it_was_allowed(as_user: Sign) -> None:
    row, client = made.closed(), as_user(translator())
    for n, named in enumerate((True, False)):
        enterprise = EnterpriseFactory(name_en=f"Fictional Firm {n}")
        member = {
            "enterprise": enterprise,
            "author": UserFactory(name_en=f"Anna Author {n}"),
            "speaks_for": "enterprise",
        }
        made.say(row, "Words", named=named, size="micro", **member)
    for text in (client.get(url("-comments", row)).content.decode(), client.get(url("-export", row)).content.decode()):
        assert "Fictional Firm 0" in text
        assert "Fictional Firm 1" not in text
        assert "Anna Author" not in text
        assert "Micro" in text


def test_the_table_of_comments_works_nothing_out(as_user: Sign) -> None:
    row = made.closed()
    made.say(row, '=HYPERLINK("http://example.org")', "  +1", "@x", "-2", "＝1", "Fine, \n really", "\t=1")
    answer = as_user(reviewer()).get(url("-export", row))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = answer.content.decode()
    assert text.startswith(export.BOM)
    head, *rows = csv.reader(io.StringIO(text.removeprefix(export.BOM)))
    assert head[3] == "Comment"
    assert [cells[3][:1] for cells in rows] == ["'", "'", "'", "'", "'", "F", "'"]
    assert rows[5][3] == "Fine, \n really"


def test_a_group_is_written_and_two_writers_lose_nothing(as_user: Sign) -> None:
    row, client = made.closed(), as_user(editor())
    made.say(row, "Ten days")
    data = {**made.GROUP, "clause": row.clauses.get(number=1).pk, "seen": ""}
    assert client.post(url("-group-new", row), data)["Location"] == url("-comments", row)
    group = row.groups.get()
    as_user(translator()).post(url("-group", row, group.pk), data | {"answer_en": "Theirs", "seen": "1"})
    page = client.post(url("-group", row, group.pk), data | {"answer_en": "Mine", "seen": "1"})
    text = page.content.decode()
    assert "Theirs" in text
    assert "Mine" in text
    assert "As it stands now" in text
    seen = page.context["form"]["seen"].value()
    client.post(url("-group", row, group.pk), data | {"answer_en": "Both", "seen": seen})
    group.refresh_from_db()
    assert group.answer_en == "Both"  # type: ignore[attr-defined]
    client.post(url("-group-remove", row, group.pk))
    assert not row.groups.exists()


def test_a_draft_is_composed_on_the_desk(as_user: Sign) -> None:
    author, judge = editor(), reviewer()
    client = as_user(author)
    assert b"New consultation" in client.get("/en/publishing/consultations/").content
    empty = client.post(reverse("publishing:consultation-new"), {"title_en": ""})
    assert b"title in at least one language" in empty.content
    plain = made.consultation(clauses=0, author=author)
    data = {**made.TEXTS, "opens_on": plain.opens_on, "closes_on": plain.closes_on, "department": plain.department_id}
    begun = client.post(reverse("publishing:consultation-new"), data)
    row = Consultation.objects.order_by("-pk").first()
    assert row is not None
    assert begun["Location"] == url("", row)
    pasted = {
        "text_zh_hans": "第一条 目的。\n第二条 期限。",
        "text_en": "Article 1 Purpose.\nArticle 2 Time.",
        "seen": "0",
    }
    preview = client.post(url("-paste", row), pasted | {"look": "1"}).content.decode()
    assert "Purpose." in preview
    assert not row.clauses.exists()
    client.post(url("-paste", row), pasted | {"take": "1"})
    assert [clause.text_en for clause in row.clauses.all()] == ["Purpose.", "Time."]  # type: ignore[attr-defined]
    broken = client.post(url("-paste", row), {"text_en": "Article 1 a\nArticle 1 b", "seen": "1", "take": "1"})
    assert b"more than once" in broken.content
    clause = row.clauses.get(number=2)
    client.post(
        url("-clause", row, clause.pk), {"number": "3", "text_zh_hans": "期限。", "text_en": "Time", "seen": "1"}
    )
    taken = client.post(url("-clause-new", row), {"number": "3", "text_en": "Again"})
    assert b"already" in taken.content
    client.post(url("-clause-remove", row, clause.pk))
    assert [each.number for each in row.clauses.all()] == [1]
    late = client.post(url("", row), data | {"title_en": "Later words", "seen": "0"})
    assert b"As it stands now" in late.content
    row.refresh_from_db()
    client.post(url("", row), data | {"title_en": "Fictional order", "seen": row.lock_version})
    client.post(url("-act", row), {"act": "send"})
    row.refresh_from_db()
    assert row.stage == "in_review"
    reviewing = as_user(judge)
    assert b"Publish for comment" in reviewing.get(url("", row)).content
    reviewing.post(url("-act", row), {"act": "return", "text": "Shorter, please."})
    assert b"Shorter, please." in client.get(url("", row)).content
    client.post(url("-act", row), {"act": "send"})
    reviewing.post(url("-act", row), {"act": "publish", "seen": row.lock_version})
    row.refresh_from_db()
    assert (row.stage, row.slug) == ("released", "fictional-order")
    assert client.post(url("-act", row), {"act": "explode"}).status_code == 404


def test_outcome_and_withdrawal_by_the_page(as_user: Sign) -> None:
    row, client, policy = made.evaluated(), as_user(editor()), PolicyFactory()
    client.post(url("-outcome", row), {"outcome": policy.slug})
    row.refresh_from_db()
    assert row.outcome == policy
    page = client.post(url("-outcome", row), {"outcome": "no such policy"})
    assert b"No published policy is called that" in page.content
    assert b'value="no such policy"' in page.content
    for reason, said in (("x" * 501, "at most 500 characters"), ("One language", "both languages")):
        answer = client.post(url("-withdraw", row), {"withdrawn_en": reason}).content.decode()
        assert said in answer
        assert reason in answer
        row.refresh_from_db()
        assert row.stage == "released"
    client.post(url("-withdraw", row), {"withdrawn_en": "Drafted anew.", "withdrawn_zh_hans": "另行起草。"})
    assert b"Drafted anew." in Client().get(f"/en/consultations/{row.slug}/").content


def test_nothing_of_another_consultation_is_reached_by_its_number(as_user: Sign) -> None:
    row, other, client = made.evaluated(), made.evaluated(), as_user(editor())
    assert client.get(url("-group", row, other.groups.get().pk)).status_code == 404
    clause = other.clauses.first()
    assert clause is not None
    assert client.get(url("-clause", row, clause.pk)).status_code == 404
    client.post(url("-group-remove", row, other.groups.get().pk))
    assert other.groups.count() == 1
