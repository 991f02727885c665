"""Everything that stands around a request on the desk, read in one query: a column of rows for each kind."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, FloatField, Func, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, JSONObject, NullIf

from accounts.enums import Role
from accounts.kinds import keys_of, kind_of, somebody
from portal.core import bilingual
from portal.core.prepared import KEY, OTHERS, TEXT, kept
from stewards import rules
from stewards.enums import OPEN_STATES, RequestState
from stewards.models import Attachment, HelpRequest, RequestLink, RequestTag, Step, UsualSteps, Watch
from stewards.parts import standing
from stewards.relations import mentions
from stewards.relations import rules as relation_rules
from stewards.relations.mentions import name_of

Row = dict[str, Any]
MOST_SIMILAR = 5
_PERSON = {"zh": "name_zh", "en": "name_en", "email": "email"}


class _Shared(Func):
    """How many lexemes two search columns have in common."""

    template = "cardinality(ARRAY(SELECT unnest(tsvector_to_array(%(expressions)s))))"
    arg_joiner = ")) INTERSECT SELECT unnest(tsvector_to_array("
    output_field = FloatField()


class _Subject(Func):
    """The lexemes of the subject alone."""

    template = "ts_filter(%(expressions)s, '{b}')"


def _share(ours: Any, theirs: Any) -> Any:
    """Of the shorter text's words, the part that the other has too."""
    shorter = Func(Func(ours, function="length"), Func(theirs, function="length"), function="LEAST")
    return _Shared(ours, theirs) / Cast(NullIf(shorter, Value(0)), FloatField())


@dataclass
class Around:
    """What _relations.html and its neighbours show."""

    tags: list[Row] = field(default_factory=list)
    links: list[Row] = field(default_factory=list)
    steps: list[Row] = field(default_factory=list)
    watchers: list[str] = field(default_factory=list)
    merged: list[Row] = field(default_factory=list)
    similar: list[Row] = field(default_factory=list)
    watching: bool = False
    acts: bool = False
    merges: bool = False
    usual: bool = False

    @property
    def done(self) -> int:
        return sum(bool(step["done_at"]) for step in self.steps)


def read(request: HelpRequest, user: Any) -> Around:
    """One query. Who has but a part of the request sees what the enterprise sees, no more."""
    whole = standing.has_whole(user, request)
    merges = request.state in OPEN_STATES and bool(rules.may_merge(user, request))
    row: Row = kept(_asked, whole, merges, *_kind(request, user)).all(_values(request, user))[0]
    mentions.lay(request, row["people"])
    watchers = row.get("watchers", [])
    return Around(
        tags=[tag | {"name": _text(tag, "")} for tag in row.get("tags", [])],
        links=[_dated(each) for each in row.get("links", [])],
        steps=[_dated(each | {"text": _text(each, "text_"), "who": _done_by(each)}) for each in row.get("to_do", [])],
        watchers=[name_of(each) for each in watchers if each["pk"] != user.pk],
        merged=[_dated(each) for each in row["joined"]],
        similar=[_dated(each) for each in row.get("similar", [])],
        watching=any(each["pk"] == user.pk for each in watchers),
        acts=bool(relation_rules.may_arrange(user, request)),
        merges=bool(rules.may_merge(user, request)),
        usual=row["usual"],
    )


_OF_REQUEST = dict(
    zip(
        ("enterprise_id", "policy_id", "asker_id", "steward_id", "handler_id", "department_id"),
        OTHERS,
        strict=False,
    )
)


def _kind(request: HelpRequest, user: Any) -> tuple[Any, ...]:
    """What the conditions depend on beside keys: whose eyes, which day, and what the request has at all."""
    there = tuple(name for name in _OF_REQUEST if getattr(request, name) is not None)
    return request.state, there, *kind_of(user)


def _values(request: HelpRequest, user: Any) -> dict[Any, Any]:
    facts = {stand_in: getattr(request, name) for name, stand_in in _OF_REQUEST.items()}
    return facts | keys_of(user) | {KEY: request.pk, TEXT: request.caller}


def _asked(whole: bool, merges: bool, state: str, there: tuple[str, ...], *kind: Any) -> QuerySet[Any, Any]:
    """The query for a request of that kind and a person of that kind."""
    request = HelpRequest(pk=KEY, state=state, caller=TEXT, **{name: _OF_REQUEST[name] for name in there})
    user = somebody(*kind)
    columns: dict[str, Any] = {
        **(
            {"tags": _tags(), "links": _links(user), "to_do": _steps(), "watchers": _watchers(request)} if whole else {}
        ),
        "joined": _merged(whole),
        "people": mentions.rows_of(mentions.who_may_see(request)),
        "usual": Exists(UsualSteps.objects.filter(type=OuterRef("type")).exclude(steps_zh_hans="")),
    }
    if merges:
        columns["similar"] = _similar(request, user)
    return HelpRequest.objects.filter(pk=KEY).order_by().values(**columns)


def _columns_of(request: HelpRequest, columns: dict[str, Any]) -> Row:
    rows: Any = HelpRequest.objects.filter(pk=request.pk).order_by().values(**columns)
    return dict(rows[0])


def links_of(request: HelpRequest, user: Any) -> list[Row]:
    """The linked requests alone."""
    row = _columns_of(request, {"links": _links(user)})
    return [_dated(each) for each in row["links"]]


def add_files(merged: list[Row]) -> None:
    """What the enterprise attached to requests that were merged into this one."""
    files = Attachment.objects.filter(request__in=[each["pk"] for each in merged], internal=False).order_by("pk")
    for each in merged:
        each["files"] = [file for file in files if file.request_id == each["pk"]]


def _here(model: Any) -> QuerySet[Any]:
    return model.objects.filter(request=OuterRef("pk")).order_by("pk")


def _tags() -> Any:
    names = JSONObject(pk="tag", zh="tag__name_zh_hans", en="tag__name_en")
    return ArraySubquery(_here(RequestTag).values(json=names))


def _steps() -> Any:
    person = {f"by_{name}": f"done_by__{column}" for name, column in _PERSON.items()}
    step = JSONObject(pk="pk", text_zh="text_zh_hans", text_en="text_en", done_at="done_at", **person)
    return ArraySubquery(_here(Step).annotate(json=step).values("json"))


def _watchers(request: HelpRequest) -> Any:
    """Those who still see the request; who does not any more is told nothing of it either."""
    person = {name: f"person__{column}" for name, column in _PERSON.items()}
    seeing = mentions.who_may_see(request).order_by().values("pk")
    return ArraySubquery(_here(Watch).filter(person__in=seeing).values(json=JSONObject(pk="person", **person)))


def _links(user: Any) -> Any:
    """Those of which the person may see the other end."""
    here, desk = OuterRef("pk"), HelpRequest.objects.readable_by(user).order_by().values("pk")
    ends = []
    for end, far in (("one", "other"), ("other", "one")):
        row = JSONObject(
            pk="pk", note="note", number=f"{far}__number", subject=f"{far}__subject", state=f"{far}__state"
        )
        ends.append(RequestLink.objects.filter(**{end: here, f"{far}__in": desk}).order_by("pk").values(json=row))
    return Func(*map(ArraySubquery, ends), function="array_cat")


def _merged(whole: bool) -> Any:
    """With who called, for those who have the whole request: somebody has to call them too."""
    facts = {name: name for name in ("pk", "number", "subject", "body", "submitted_at", *(["caller"] if whole else []))}
    row = JSONObject(**facts)
    return ArraySubquery(HelpRequest.objects.filter(merged_into=OuterRef("pk")).order_by("pk").values(json=row))


def _similar(request: HelpRequest, user: Any) -> Any:
    """Open requests of the same enterprise whose words are much the same, or some of them and the policy too."""
    theirs = HelpRequest.objects.filter(state__in=OPEN_STATES).exclude(pk=request.pk)
    if request.enterprise_id:
        theirs = theirs.filter(enterprise=request.enterprise_id)
    else:
        theirs = theirs.filter(enterprise__isnull=True, asker=request.asker_id, caller=request.caller)
    if not user.has_role(Role.ADMIN):
        theirs = theirs.filter(Q(steward=user) | Q(steward__isnull=True))
    ours = OuterRef("search")
    theirs = theirs.annotate(
        subject_share=_share(_Subject(F("search")), _Subject(ours)), text_share=_share(F("search"), ours)
    )
    alike = Q(subject_share__gte=0.5) | Q(text_share__gte=0.7)
    if request.policy_id:
        alike |= Q(policy=request.policy_id, subject_share__gte=0.2)
    row = JSONObject(number="number", subject="subject", state="state", submitted_at="submitted_at")
    return ArraySubquery(theirs.filter(alike).order_by("-subject_share", "-pk").values(json=row)[:MOST_SIMILAR])


def _text(row: Row, name: str) -> str:
    zh, en = row[f"{name}zh"], row[f"{name}en"]
    return (zh or en if bilingual.current() == "zh-hans" else en or zh) or ""


def _done_by(step: Row) -> str:
    return name_of({name: step[f"by_{name}"] for name in _PERSON}) if step["done_at"] else ""


def _dated(row: Row) -> Row:
    """Moments come out of JSON as text, states as codes."""
    moments = {name: datetime.fromisoformat(row[name]) for name in ("done_at", "submitted_at") if row.get(name)}
    state = {"state_words": RequestState(row["state"]).label} if row.get("state") else {}
    return row | moments | state
