"""Obstacles that recur: named by the desk, answered by the policy's owner, published by a third person.

named → sent → answered → published; an answer can go back to its owner, and anything can be withdrawn.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from notices.workflow import notify
from policies.models import Policy, PolicyQuestion
from policies.questions.privacy import Finding, findings_of
from portal.core import bilingual
from portal.core.access import Allowed, Denied, Refused, Verdict, require
from stewards.deskwork.callers import NO_ACCOUNT
from stewards.figures import FEW
from stewards.models import HelpRequest, Obstacle, ObstacleRequest, ObstacleState, RequestCategory
from stewards.rating import messages

S = ObstacleState
TEXTS = ("title", "said", "did")
MOST_REQUESTS = 100
TELLING = ("asker", "contact", "source", "name", "address", "code", "account")  # kinds of findings that are refused


def visible_to(user: Any) -> QuerySet[Obstacle]:
    """The centre: all; stewards: what they named or what their requests tell of; editors and reviewers: once sent."""
    rows = Obstacle.objects.select_related("policy__department", "category__parent", "author", "owner", "reviewer")
    rows = rows.defer("policy__search")
    if user.has_role(Role.ADMIN):
        return rows
    seen = Q(pk__in=[])
    if user.has_role(Role.STEWARD):
        mine = ObstacleRequest.objects.filter(request__steward=user).values("obstacle")
        seen |= Q(author=user) | Q(pk__in=mine)
    if user.has_role(Role.EDITOR):
        seen |= Q(state__in=(S.SENT, S.ANSWERED, S.PUBLISHED))
    if user.has_role(Role.REVIEWER):
        seen |= Q(state__in=(S.ANSWERED, S.PUBLISHED))
    return rows.filter(seen)


def keepers(policy: Policy | None) -> list[User]:
    """The owner of a policy: editors of its accepting department; where there is none, all editors."""
    editors = User.objects.with_role(Role.EDITOR).order_by("pk")
    own = list(editors.filter(department=policy.department_id)) if policy and policy.department_id else []
    return own or list(editors)


def may(user: Any, act: str, obstacle: Obstacle) -> Verdict:
    """Whether the person may do this with the obstacle as it is now."""
    if obstacle.state not in _WHEN[act]:
        return Denied(_("The obstacle has gone on meanwhile: please look again."))
    return _WHO[act](user, obstacle)


def name(
    *,
    by: Any,
    texts: dict[str, str],
    policy: Policy | None = None,
    category: RequestCategory | None = None,
    requests: Iterable[int] = (),
) -> Obstacle:
    """Say what stands in the way, and which requests tell of it."""
    if not by.has_role(Role.STEWARD, Role.ADMIN):
        raise Refused(_("Only stewards and the service centre can name an obstacle."))
    with transaction.atomic():
        made = Obstacle(author=by, policy=policy, category=category)
        _write(made, texts, ("title", "said"))
        if not (made.title_zh_hans or made.title_en):  # type: ignore[attr-defined]
            raise Refused(_("Give the obstacle a title."))
        made.save()
        _attach(made, requests, by)
    return made


def change(
    obstacle: Obstacle,
    *,
    by: Any,
    texts: dict[str, str],
    policy: Policy | None = None,
    category: RequestCategory | None = None,
    seen: int | None = None,
) -> Obstacle:
    with _acting("change", obstacle, by, seen) as row:
        _write(row, texts, ("title", "said"))
        row.policy, row.category = policy, category
    return row


def attach(obstacle: Obstacle, *, by: Any, numbers: Iterable[str]) -> int:
    """More requests that tell of it, by their numbers; returns how many were added."""
    with _acting("attach", obstacle, by, None) as row:
        found = HelpRequest.objects.on_desk_of(by).filter(number__in=[each.strip().upper() for each in numbers])
        added = _attach(row, found.values_list("pk", flat=True), by)
        if not added:
            raise Refused(_("None of these requests could be added: not on your desk, or told of elsewhere already."))
    return added


def detach(obstacle: Obstacle, *, by: Any, number: str) -> None:
    """What is public stays told by several: the last ones that it takes go only with the whole obstacle."""
    with _acting("attach", obstacle, by, None) as row:
        row.links.filter(request__number=number, request__in=HelpRequest.objects.on_desk_of(by)).delete()
        if row.state == S.PUBLISHED and told_by(row) < FEW:
            raise Refused(_("It is public and would be told by too few: withdraw the obstacle instead."))


def send(obstacle: Obstacle, *, by: Any, seen: int | None = None) -> Obstacle:
    """To the policy's owner, who is asked what was or will be done."""
    with _acting("send", obstacle, by, seen) as row:
        _in_both(row, "title", "said")
        people = keepers(row.policy)
        if not people:
            raise Refused(_("There is no policy editor who could answer."))
        row.state = S.SENT
        _tell(row, people, messages.obstacle_sent, by)
    return row


def answer(obstacle: Obstacle, *, by: Any, texts: dict[str, str], seen: int | None = None) -> Obstacle:
    """The owner says, in both languages, what was or will be done."""
    with _acting("answer", obstacle, by, seen) as row:
        _write(row, texts, ("did",))
        _in_both(row, "did")
        row.state, row.owner, row.reviewer, row.remark = S.ANSWERED, by, None, ""
        _tell(row, [row.author, *User.objects.with_role(Role.ADMIN)], messages.obstacle_answered, by)
    return row


def send_back(obstacle: Obstacle, *, by: Any, remark: str, seen: int | None = None) -> Obstacle:
    """The answer is not ready to be public; the remark says what is missing."""
    if not remark.strip():
        raise Refused(_("Say what is missing."))
    with _acting("send_back", obstacle, by, seen) as row:
        row.state, row.remark = S.SENT, remark.strip()[:1_000]
        _tell(row, [row.owner], messages.obstacle_returned, by)
    return row


def publish(obstacle: Obstacle, *, by: Any, seen: int | None = None) -> Obstacle:
    """“You said, we did”: by somebody who neither named nor answered it, told by several, without any of them in its
    texts."""
    with _acting("publish", obstacle, by, seen) as row:
        _in_both(row, *TEXTS)
        if told_by(row) < FEW:
            raise Refused(too_few(row))
        found = [each for each in findings(row) if each.kind in TELLING]
        if found:
            words = _("The text would tell who asked: “%(text)s” is %(kind)s.")
            raise Refused(words % {"text": found[0].text, "kind": found[0].words})
        row.state, row.reviewer, row.published_at = S.PUBLISHED, by, timezone.now()
        _tell(row, [row.author, row.owner], messages.obstacle_published, by)
    return row


def withdraw(obstacle: Obstacle, *, by: Any, seen: int | None = None) -> Obstacle:
    """Taken back, from the public page too; its requests may tell of another obstacle."""
    with _acting("withdraw", obstacle, by, seen) as row:
        row.state, row.published_at = S.WITHDRAWN, None
        row.links.all().delete()
    return row


def told_by(obstacle: Obstacle) -> int:
    """How many tell of it: enterprises, and people who asked without one. Who is not known is not counted."""
    requests = obstacle.requests.all()
    firms = Count("enterprise", distinct=True)
    people = Count("asker", filter=Q(enterprise=None) & ~Q(asker__email=NO_ACCOUNT), distinct=True)
    counts = requests.order_by().aggregate(firms=firms, people=people)
    return int(counts["firms"] + counts["people"])


def too_few(obstacle: Obstacle) -> str:
    """Why it cannot be public yet."""
    words = _(
        "Published is what at least %(few)d enterprises tell of, so that none can be recognised: here it is %(count)d. "
        "Add requests of others that tell of the same."
    )
    return words % {"few": FEW, "count": told_by(obstacle)}


def public() -> QuerySet[Obstacle]:
    """What everybody may read, the newest first."""
    return Obstacle.objects.filter(state=S.PUBLISHED).select_related("policy").defer("policy__search")


def findings(obstacle: Obstacle) -> list[Finding]:
    """What in the texts may tell who asked, by the same search as for public questions."""
    told: dict[tuple[str, str], Finding] = {}
    links = obstacle.links.select_related("request__asker", "request__enterprise").order_by("pk")
    subjects: list[HelpRequest | None] = [link.request for link in links]
    for request in subjects or [None]:
        texts = PolicyQuestion(
            policy=obstacle.policy or Policy(),
            source=(request and request.number) or "",
            asker=request.asker if request else None,
            enterprise=request.enterprise if request else None,
        )
        for said, did in zip(bilingual.columns("question"), bilingual.columns("answer"), strict=True):
            suffix = said.removeprefix("question")
            setattr(texts, said, _joined(obstacle, f"title{suffix}", f"said{suffix}"))
            setattr(texts, did, _joined(obstacle, f"did{suffix}"))
        for each in findings_of(texts):
            told.setdefault((each.kind, each.text), each)
    return list(told.values())


def _joined(obstacle: Obstacle, *columns: str) -> str:
    return "\n".join(getattr(obstacle, column) or "" for column in columns)


def _may_keep(user: Any, obstacle: Obstacle) -> Verdict:
    if user.has_role(Role.ADMIN) or (user.has_role(Role.STEWARD) and obstacle.author_id == user.pk):
        return Allowed()
    return Denied(_("Only who named the obstacle and the service centre can do this."))


def _may_answer(user: Any, obstacle: Obstacle) -> Verdict:
    if user.has_role(Role.EDITOR) and user.pk in {person.pk for person in keepers(obstacle.policy)}:
        return Allowed()
    return Denied(_("Only the policy's owner, an editor of its department, can answer this."))


def _may_publish(user: Any, obstacle: Obstacle) -> Verdict:
    if not user.has_role(Role.ADMIN, Role.REVIEWER):
        return Denied(_("Only a policy reviewer or the service centre can publish this."))
    if user.pk in (obstacle.author_id, obstacle.owner_id):
        return Denied(_("Whoever named or answered an obstacle cannot publish it: somebody else has to read it."))
    return Allowed()


def _may_withdraw(user: Any, obstacle: Obstacle) -> Verdict:
    if user.has_role(Role.ADMIN):
        return Allowed()
    return _may_keep(user, obstacle) if obstacle.state == S.NAMED else Denied(_("Only the service centre can do this."))


_WHO = {
    "change": _may_keep,
    "attach": _may_keep,
    "send": _may_keep,
    "answer": _may_answer,
    "send_back": _may_publish,
    "publish": _may_publish,
    "withdraw": _may_withdraw,
}
_LIVE = (S.NAMED, S.SENT, S.ANSWERED, S.PUBLISHED)
_WHEN: dict[str, tuple[ObstacleState, ...]] = {
    "change": (S.NAMED,),
    "attach": _LIVE,
    "send": (S.NAMED,),
    "answer": (S.SENT,),
    "send_back": (S.ANSWERED,),
    "publish": (S.ANSWERED,),
    "withdraw": _LIVE,
}


@contextmanager
def _acting(act: str, obstacle: Obstacle, by: Any, seen: int | None) -> Iterator[Obstacle]:
    """The row locked and as it is now; saved when the verb is done."""
    with transaction.atomic():
        Obstacle.objects.select_for_update().only("pk").get(pk=obstacle.pk)
        row = Obstacle.objects.select_related("policy", "author", "owner").get(pk=obstacle.pk)
        require(may(by, act, row))
        if seen is not None and seen != row.lock_version:
            raise Refused(_("Somebody has worked on this meanwhile. Please look again and decide anew."))
        row.lock_version += 1
        row.changed_at = timezone.now()
        yield row
        row.save()


def _write(row: Obstacle, texts: dict[str, str], names: tuple[str, ...]) -> None:
    for column in (column for each in names for column in bilingual.columns(each)):
        if column in texts:
            setattr(row, column, texts[column].strip())


def _in_both(row: Obstacle, *names: str) -> None:
    if any(not getattr(row, column) for each in names for column in bilingual.columns(each)):
        raise Refused(_("Everything has to be there in both languages first."))


def _attach(row: Obstacle, requests: Iterable[int], by: Any) -> int:
    """Those on the person's desk that tell of no other obstacle; two people at once end with one link."""
    mine = HelpRequest.objects.on_desk_of(by).filter(pk__in=list(requests)[:MOST_REQUESTS]).order_by("pk")
    links = [ObstacleRequest(obstacle=row, request_id=pk, added_by=by) for pk in mine.values_list("pk", flat=True)]
    before = row.links.count()
    ObstacleRequest.objects.bulk_create(links, ignore_conflicts=True)
    return row.links.count() - before


def _tell(row: Obstacle, people: Iterable[User | None], say: Any, by: Any) -> None:
    """Once for each version of the obstacle; never to the person who acts."""
    for person in {each.pk: each for each in people if each is not None and each.pk != by.pk}.values():
        key = f"obstacle:{row.pk}:{row.lock_version}:{person.pk}"
        notify(person, key=key, kind="obstacle", text=lambda: say(row))
