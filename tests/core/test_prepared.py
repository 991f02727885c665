"""Statements that are planned once: the same rows as the queryset gives, whatever the values; nothing of one leaks to
the next; what differs otherwise is another statement."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.db.models import F, Q, QuerySet
from django.utils import translation

from accounts.models import User
from enterprises.models import Enterprise, Membership
from portal.core import prepared
from portal.core.prepared import DAY, KEY, MOMENT, OTHERS, TEXT, TEXT_2, USER, Kept, Prepared, kept
from stewards.models import HelpRequest
from tests.factories.accounts import DepartmentFactory, StewardFactory, UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory
from tests.factories.stewards import HelpRequestFactory, accepted

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 2, 3, 4, 5, 6, UTC)


def people(*, name: str = TEXT) -> QuerySet[User]:
    return User.objects.filter(name_en=name).order_by("pk")


def named(language: str) -> QuerySet[Enterprise]:
    return Enterprise.objects.filter(pk=KEY).values("name")


def one(user: Any, request: Any) -> QuerySet[Any]:
    return HelpRequest.objects.filter(Q(steward=user) | Q(asker=user), pk=request).values_list("pk", flat=True)


# --- statements -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "params", "values", "row"),
    [
        ("SELECT %s + 1", [USER], {USER: 4}, (5,)),
        ("SELECT %s, %s, %s", [KEY, USER, KEY], {USER: 4, KEY: 7}, (7, 4, 7)),
        ("SELECT %s::text", [TEXT], {TEXT: "ab"}, ("ab",)),
        ("SELECT %s::text || %s::text", [TEXT_2, TEXT], {TEXT: "a", TEXT_2: "b"}, ("ba",)),
        ("SELECT %s::text", [TEXT], {TEXT: "100 % of 'it' \\ $1 %s"}, ("100 % of 'it' \\ $1 %s",)),
        ("SELECT %s::text", [TEXT], {TEXT: "'; DROP TABLE accounts_user; --"}, ("'; DROP TABLE accounts_user; --",)),
        ("SELECT 'a%%b' || %s::text", [TEXT], {TEXT: "c"}, ("a%bc",)),
        ("SELECT %s::text, %s::text", ["100 %", TEXT], {TEXT: "x"}, ("100 %", "x")),
        ("SELECT %s::date", [DAY], {DAY: date(2026, 2, 28)}, (date(2026, 2, 28),)),
        ("SELECT %s", [MOMENT], {MOMENT: AT}, (AT,)),
        ("SELECT %s", [KEY], {KEY: 2**40}, (2**40,)),
        ("SELECT %s::bigint IS NULL", [OTHERS[0]], {OTHERS[0]: None}, (True,)),
        ("SELECT ARRAY[%s, %s, 3]", [KEY, OTHERS[8]], {KEY: 1, OTHERS[8]: 2}, ([1, 2, 3],)),
        ("SELECT 1", [], {}, (1,)),
    ],
)  # fmt: skip
def test_values_take_the_places_of_their_stand_ins(sql: str, params: list[Any], values: Any, row: Any) -> None:
    statement = Prepared(sql, params)
    for _again in range(7):  # PostgreSQL makes a plan for any value after five with their own
        _names, rows = statement.rows(values)
        assert rows == [row]


def test_the_names_of_the_columns_come_along() -> None:
    names, rows = Prepared('SELECT %s AS "one", 2 AS two', [KEY]).rows({KEY: 1})
    assert (names, rows) == (["one", "two"], [(1, 2)])


def test_a_value_that_is_missing_is_an_error_and_no_null() -> None:
    with pytest.raises(KeyError):
        Prepared("SELECT %s", [USER]).rows({KEY: 1})


def test_it_is_prepared_once_and_counted_as_one_query(django_assert_num_queries: Any) -> None:
    statement = Prepared("SELECT %s + 40", [KEY])
    for n in range(3):
        with django_assert_num_queries(1):
            assert statement.rows({KEY: n})[1] == [(40 + n,)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        assert [sql for (sql,) in cursor.fetchall()].count("SELECT  $1 + 40") == 1


def test_a_statement_that_fails_can_be_run_again() -> None:
    from django.db import DataError, transaction

    statement = Prepared("SELECT 1 / %s", [KEY])
    with pytest.raises(DataError), transaction.atomic():
        statement.rows({KEY: 0})
    assert statement.rows({KEY: 1})[1] == [(1,)]


def test_stand_ins_are_nobodys_values() -> None:
    assert len(set(map(str, prepared._STAND_INS))) == len(prepared._STAND_INS)
    texts = [connection.ops.compose_sql("%s", [each]).strip() for each in prepared._STAND_INS]  # type: ignore[attr-defined]
    assert not [(one, two) for one in texts for two in texts if one != two and one in two]


# --- querysets ------------------------------------------------------------------------------------------------------


def test_models_come_back_as_the_queryset_gives_them() -> None:
    found, other = UserFactory(name_en="Ann"), UserFactory(name_en="Ben")
    assert kept(people).all({TEXT: "Ann"}) == [found]
    assert kept(people).all({TEXT: "Ben"}) == [other]
    assert kept(people).all({TEXT: "'"}) == []


def test_related_rows_prefetched_rows_and_annotations_come_along(django_assert_num_queries: Any) -> None:
    request = accepted(StewardFactory(department=DepartmentFactory()))
    rows = HelpRequest.objects.filter(pk=KEY).select_related("steward__department", "enterprise").annotate(n=F("round"))
    keep = Kept(rows.prefetch_related("events"))
    kinds = [each.kind for each in request.events.all()]
    with django_assert_num_queries(2):
        (found,) = keep.all({KEY: request.pk})
        assert found.steward.department == request.steward.department
        assert found.enterprise.name == request.enterprise.name
        assert found.n == 1
        assert [each.kind for each in found.events.all()] == kinds


def test_two_uses_share_nothing() -> None:
    mine, theirs = accepted(), accepted()
    keep = Kept(HelpRequest.objects.filter(pk=KEY))
    (first,) = keep.all({KEY: mine.pk})
    first.subject = "changed"
    (second,) = keep.all({KEY: theirs.pk})
    (again,) = keep.all({KEY: mine.pk})
    assert second.pk == theirs.pk
    assert again.subject == mine.subject
    assert again is not first


def test_values_too() -> None:
    steward, asked = StewardFactory(), accepted()
    HelpRequest.objects.filter(pk=asked.pk).update(steward=steward)
    keep = Kept(one(USER, KEY))
    assert keep.all({USER: steward.pk, KEY: asked.pk}) == [asked.pk]
    assert keep.all({USER: asked.asker_id, KEY: asked.pk}) == [asked.pk]
    assert keep.all({USER: steward.pk + 10_000, KEY: asked.pk}) == []


def test_each_language_has_its_own_statement() -> None:
    found = EnterpriseFactory(name_zh_hans="虚构云石", name_en="Fictional Yunshi")
    for _twice in range(2):
        for language, name in (("en", "Fictional Yunshi"), ("zh-hans", "虚构云石")):
            with translation.override(language):
                assert kept(named, "same kind").all({KEY: found.pk}) == [{"name": name}]


def test_another_kind_is_another_statement() -> None:
    made: list[int] = []

    def drafts(most: int) -> QuerySet[HelpRequest]:
        made.append(most)
        return HelpRequest.objects.filter(asker=USER).order_by("pk")[:most]

    asker = UserFactory()
    for n in range(3):
        HelpRequestFactory(asker=asker, subject=str(n))
    for most in (1, 2, 1, 2):
        assert [each.subject for each in kept(drafts, most).all({USER: asker.pk})] == ["0", "1"][:most]
    assert made == [1, 2]


def test_what_the_person_may_see_is_asked_anew_each_time() -> None:
    """The statement is kept, never the answer."""
    membership = MembershipFactory()
    keep = Kept(Membership.objects.active().filter(user=USER))
    assert keep.all({USER: membership.user_id}) == [membership]
    Membership.objects.filter(pk=membership.pk).update(state="ended")
    assert keep.all({USER: membership.user_id}) == []


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_died_between_two_requests_is_replaced() -> None:
    """A page's first statement may be a prepared one: the session's."""
    statement = prepared.Prepared("SELECT pg_backend_pid() AS pid", [])
    _names, ((before,),) = statement.rows({})
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [before])
    other.close()
    connection.health_check_enabled, connection.health_check_done = True, False
    _names, ((after,),) = statement.rows({})
    assert after != before
