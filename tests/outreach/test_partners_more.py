"""The pages of partners and memoranda: empty, unknown, overtaken by somebody else; what they cost."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from outreach.enums import MemorandumState
from outreach.models import Amendment, JointTask, Memorandum, Partner, PartnerContact, YearlyReview
from portal.core.calendar import local_day
from tests.factories import outreach as make
from tests.factories.accounts import UserFactory
from tests.factories.outreach_rooms.partners import memorandum, task

pytestmark = pytest.mark.django_db
S = MemorandumState


def url(name: str, *args: Any) -> str:
    return reverse(f"partners:{name}", args=args)


def day(days: int = 0) -> date:
    return local_day() + timedelta(days=days)


def text(client: Client, name: str, *args: Any, **query: Any) -> str:
    answer = client.get(url(name, *args), query)
    assert answer.status_code == 200
    return answer.content.decode()


# --- for everybody ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "said"), [("en", "No partners yet"), ("zh-hans", "暂无合作单位")])
def test_an_empty_list_says_so(client: Client, as_user: Any, language: str, said: str) -> None:
    reader = as_user(make.organiser())
    with translation.override(language):
        for page in (text(client, "list"), text(reader, "desk")):
            assert said in page
            assert "<table" not in page


def test_the_desk_tells_no_partners_from_no_such_partner(as_user: Any) -> None:
    reader = as_user(make.organiser())
    make.partner()
    for query in ({"q": "nowhere"}, {"kind": "park"}):
        page = text(reader, "desk", **query)
        assert "No such partner" in page
        assert "No partners yet" not in page
    assert text(reader, "desk", kind="no kind").count('scope="row"') == 1  # what means nothing is not asked


@pytest.mark.parametrize(("state", "public", "said"), [(S.SIGNED, True, 1), (S.SIGNED, False, 0), (S.ENDED, True, 0)])
def test_only_what_holds_in_public_is_told_on_the_list(client: Client, state: str, public: bool, said: int) -> None:
    partner = make.partner()
    for _n in range(2):
        memorandum(partner, state=state, public=public, file=False)
    assert text(client, "list").count("Memorandum of cooperation<") == said


def test_the_list_goes_by_kind_and_names_each_kind_once(client: Client) -> None:
    for kind in ("park", "chamber", "park"):
        make.partner(kind=kind)
    page = text(client, "list")
    assert page.count(">Park or building</h2>") == 1
    assert page.index(">Chamber of commerce</h2>") < page.index(">Park or building</h2>")


@pytest.mark.parametrize("slug", ["no-such-partner", "0", "x" * 300])
def test_an_unknown_partner_is_not_there(client: Client, slug: str) -> None:
    assert client.get(url("detail", slug)).status_code == 404


def test_a_public_page_leaves_out_what_is_unknown(client: Client) -> None:
    page = text(client, "detail", make.partner().slug)
    for word in ("Address", "Telephone", "Website", "Memoranda of cooperation", '<img src="/en/file'):
        assert word not in page.split("<main", 1)[1].split("</main", 1)[0]
    known = make.partner(phone="021-0000", website="https://example.org/", address_en="1 Road", address_zh_hans="路")
    page = text(client, "detail", known.slug)
    for word in ("021-0000", 'href="https://example.org/"', "1 Road"):
        assert word in page


@pytest.mark.parametrize(("language", "name"), [("en", "§ Both"), ("zh-hans", "§ Both（中）")])
def test_a_partner_is_named_in_the_readers_language(client: Client, language: str, name: str) -> None:
    partner = make.partner(**make.both(name="§ Both", about="§ About"))
    with translation.override(language):
        page = text(client, "detail", partner.slug)
    assert f"<h1>{name}</h1>" in page


@pytest.mark.parametrize(("left", "said"), [(91, ""), (90, "Ends in 90 days"), (1, "Ends in 1 day"), (0, "Ends today")])
def test_the_last_ninety_days_are_told(client: Client, left: int, said: str) -> None:
    partner = make.partner()
    memorandum(partner, begins_on=day(-9), ends_on=day(left), file=False)
    page = text(client, "detail", partner.slug)
    assert ("Ends " in page) == bool(said)
    assert said in page


def agreed_with(partner: Partner, count: int) -> None:
    """Many memoranda, each with another partner, a review, a task and an amendment; in few statements."""
    other, by = make.partner(), make.organiser()
    term = {"begins_on": day(-9), "ends_on": day(99), "signed_on": day(-9)}
    texts = [make.both(title=f"§ memorandum {n}", summary="№ 2") for n in range(count)]
    rows = Memorandum.objects.bulk_create([Memorandum(state=S.SIGNED, areas=["policy"], **term, **t) for t in texts])
    through = Memorandum.parties.through
    through.objects.bulk_create([through(memorandum=row, partner=of) for row in rows for of in (partner, other)])
    YearlyReview.objects.bulk_create([YearlyReview(memorandum=row, year=2025, by=by, text_en="№ 4") for row in rows])
    JointTask.objects.bulk_create([JointTask(memorandum=row, title_en="№ 5", changed_by=by) for row in rows])
    Amendment.objects.bulk_create([Amendment(memorandum=row, number=1, by=by, why_en="№ 6") for row in rows])


@pytest.mark.parametrize("count", [1, 3, 30])
@pytest.mark.parametrize(("name", "number"), [("detail", 5), ("partner", 8), ("own", 10)])
def test_a_partners_pages_cost_the_same_whatever_was_agreed(
    client: Client, as_user: Any, name: str, number: int, count: int, django_assert_num_queries: Any
) -> None:
    partner = make.partner()
    contact = make.contact(partner)
    agreed_with(partner, count)
    people = [PartnerContact(partner=partner, name="№ 7", email=f"{n}@example.com") for n in range(count)]
    PartnerContact.objects.bulk_create(people)
    reader = {"own": contact.user, "partner": make.organiser}.get(name)
    if reader:
        client = as_user(reader() if callable(reader) else reader)
    args: dict[str, list[Any]] = {"detail": [partner.slug], "partner": [partner.pk]}
    with django_assert_num_queries(number):
        assert text(client, name, *args.get(name, [])).count("§ memorandum") >= count


@pytest.mark.parametrize("count", [1, 3, 30])
@pytest.mark.parametrize(("name", "number"), [("own-memorandum", 8), ("memorandum", 9)])
def test_a_memorandum_costs_the_same_whatever_came_of_it(
    as_user: Any, name: str, number: int, count: int, django_assert_num_queries: Any
) -> None:
    partner = make.partner()
    by: Any = UserFactory(roles=["leader"])
    row = memorandum(partner, begins_on=date(1990, 1, 1))
    JointTask.objects.bulk_create([JointTask(memorandum=row, title_en="№ 5", changed_by=by) for _n in range(count)])
    reviews = [YearlyReview(memorandum=row, year=1990 + n, by=by, text_en="№ 4") for n in range(count)]
    YearlyReview.objects.bulk_create(reviews)
    old = [Amendment(memorandum=row, number=n + 1, by=by, file=row.file, why_en="№ 6") for n in range(count)]
    Amendment.objects.bulk_create(old)
    reader = as_user(by if name == "memorandum" else make.contact(partner).user)
    with django_assert_num_queries(number):
        assert text(reader, name, row.pk).count("№ 5") >= count


# --- refusals on the desk -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "verb", "data", "words"),
    [
        (S.SIGNED, "sign", {"sign-on": "2026-01-01"}, "has been signed already"),
        (S.ENDED, "sign", {"sign-on": "2026-01-01"}, "has been signed already"),
        (S.ENDED, "end", {"end-on": "2026-01-01", "end-en": "X", "end-zh_hans": "因"}, "that holds can be ended"),
        (S.DRAFT, "end", {"end-on": "2026-01-01", "end-en": "X", "end-zh_hans": "因"}, "that holds can be ended"),
        (S.ENDED, "task", {"task-en": "X", "task-zh_hans": "因"}, "This memorandum has ended."),
        (S.DRAFT, "review", {"review-en": "X", "review-zh_hans": "因"}, "Only what has been signed is reviewed."),
    ],
)
def test_what_no_longer_fits_the_state_is_refused_in_words(
    as_user: Any, state: str, verb: str, data: dict[str, str], words: str
) -> None:
    row = memorandum(make.partner(), state=state)
    if verb == "review":
        data = {**data, "review-year": str(day().year)}
    answer = as_user(make.organiser()).post(url("memorandum-act", row.pk, verb), {**data, "seen": row.lock_version})
    assert answer.status_code == 409
    assert words in answer.content.decode()
    row.refresh_from_db()
    assert row.state == state


@pytest.mark.parametrize("side", ["own-task", "task"])
def test_what_was_typed_of_a_task_after_the_end_is_not_lost(as_user: Any, side: str) -> None:
    row = memorandum(partner := make.partner(), state=S.ENDED)
    joint, contact = task(row), make.contact(partner)
    client = as_user(contact.user if side == "own-task" else make.organiser())
    said = {f"t{joint.pk}-progress": "500", f"t{joint.pk}-note": "§ typed for an hour"}
    answer = client.post(url(side, joint.pk), said)
    assert answer.status_code == 422
    for words in ("This was not saved", "§ typed for an hour"):
        assert words in answer.content.decode()
    answer = client.post(url(side, joint.pk), {**said, f"t{joint.pk}-progress": "50"}, follow=True)
    assert "This memorandum has ended." in answer.content.decode()
    joint.refresh_from_db()
    assert joint.progress == 0


@pytest.mark.parametrize("verb", ["sign", "end"])
def test_a_page_that_was_read_too_long_ago_signs_and_ends_nothing(as_user: Any, verb: str) -> None:
    state = S.DRAFT if verb == "sign" else S.SIGNED
    row = memorandum(make.partner(), state=state, lock_version=3)
    said = {"sign-on": str(day()), "end-on": str(day()), "end-en": "§ kept", "end-zh_hans": "因"}
    client = as_user(make.organiser())
    for seen in ("2", "²"):
        answer = client.post(url("memorandum-act", row.pk, verb), {**said, "seen": seen})
        assert (answer.status_code, "in the meantime" in answer.content.decode()) == (409, True), seen
    assert verb == "sign" or "§ kept" in answer.content.decode()
    row.refresh_from_db()
    assert (row.state, row.lock_version, row.ended_why) == (state, 3, "")
    assert client.post(url("memorandum-act", row.pk, verb), {**said, "seen": "3"}).status_code == 302
    row.refresh_from_db()
    assert row.lock_version == 4


@pytest.mark.parametrize("name", ["partner", "edit", "invite", "memorandum", "memorandum-edit", "memorandum-amend"])
def test_unknown_rows_are_not_there_at_the_desk(as_user: Any, name: str) -> None:
    assert as_user(make.organiser()).get(url(name, 987654)).status_code == 404


@pytest.mark.parametrize(
    ("name", "args"), [("end-contact", [9]), ("task", [9]), ("memorandum-act", [9, "sign"]), ("own-task", [9])]
)
def test_nothing_is_done_to_unknown_rows(as_user: Any, name: str, args: list[Any]) -> None:
    client = as_user(make.organiser())
    assert client.post(url(name, *args)).status_code == 404
    assert client.get(url(name, *args)).status_code == 405


@pytest.mark.parametrize("wanted", ["", "x", "²", "0", "99999999999", "-1"])
def test_a_wanted_partner_that_is_none_leaves_the_form_empty(as_user: Any, wanted: str) -> None:
    partner = make.partner()
    client = as_user(make.organiser())
    assert " checked" not in text(client, "memorandum-new", partner=wanted).split('name="parties"', 1)[1].split(">")[0]
    chosen = text(client, "memorandum-new", partner=partner.pk)
    assert " checked" in chosen.split('name="parties"', 1)[1].split(">")[0]
