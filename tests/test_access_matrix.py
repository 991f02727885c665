"""Every address × every kind of person: who gets in, who is told that nothing is there.

An address missing from the table fails the test. `G` is read, `P` is posted to. The letters of a row are those who get
in; small print behind a slash, those who see the page's neighbours and are told why this is not theirs. Everybody else
who has signed in gets 404, visitors are asked to sign in.
"""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone, translation

from notices.models import Endpoint, Message
from policies.alerts.following import follow
from policies.models import (
    GlossaryTerm,
    MissedSearch,
    Package,
    PackageItem,
    Policy,
    PolicyQuestion,
    PolicyTask,
    Revision,
    SavedSearch,
    SynonymGroup,
)
from stewards.models import (
    Attachment,
    BulkAct,
    CannedAnswer,
    HelpRequest,
    LeaderLink,
    Reminder,
    ReminderRule,
    RequestCategory,
    RequestEvent,
    RequestLink,
    SavedView,
    Tag,
)
from tests.factories import (
    consultations,
    insights,
    interpretations,
    investment,
    outreach_rooms,
    rating,
    records,
    registry,
    standards,
    tiers,
)
from tests.factories import engagement as visits
from tests.factories.accounts import DepartmentFactory, StewardFactory, UserFactory
from tests.factories.assignment import LeaveFactory
from tests.factories.attachments import attachment
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory
from tests.factories.imports import imported
from tests.factories.parts import RequestPartFactory
from tests.factories.policies import PolicyFactory
from tests.factories.stewards import HelpRequestFactory, accepted
from tests.signing import signed_in
from tests.words import Pages

# o owner of the enterprise, s owner of another one, t the steward, c a colleague of the steward's department,
# h a handler of another department, e editor (author), l translator, r reviewer, a admin, d leader, u auditor
PEOPLE = "ostchelradu"
ALL = PEOPLE
PUBLIC = PEOPLE + "v"
ENTERPRISE = "os"

TABLE: dict[str, tuple[str, str]] = {
    "root": ("G", PUBLIC),
    "home:front": ("G", PUBLIC),
    "home:landing": ("G", ALL),
    "home:today": ("G", "elra"),
    "home:package": ("G", ENTERPRISE),
    "home:package-print": ("G", ENTERPRISE),
    "home:own-story": ("G", ENTERPRISE),
    "home:story": ("G", "tcad"),
    "home:brief": ("G", "tcad"),
    "home:audit": ("G", "au"),
    "home:figures": ("G", "elradu"),
    "home:views-file": ("G", "elradu"),
    "home:accessibility": ("G", PUBLIC),
    **{f"home:{name}": ("G", PUBLIC) for name in ("search", "for-you", "privacy")},
    "accounts:language": ("P", PUBLIC),
    "accounts:settings": ("G", ALL),
    "messages:inbox": ("G", ALL),
    "messages:detail": ("G", "o"),
    "messages:preferences": ("G", ALL),
    "enterprises:profile": ("G", ENTERPRISE),
    "enterprises:claim": ("G", ENTERPRISE),
    "enterprises:people": ("G", ENTERPRISE),
    "enterprises:remove": ("P", "o"),
    "enterprises:revoke": ("P", "o"),
    "enterprises:invitation": ("G", ALL),
    "enterprises:step": ("G", ENTERPRISE),
    "open-data": ("G", PUBLIC),
    **{f"open:{name}": ("G", PUBLIC) for name in ("document", "policies", "policy", "version", "short", "qr-code")},
    **{f"open:{name}": ("G", PUBLIC) for name in ("sitemap", "robots")},
    **{f"policies:{name}": ("G", PUBLIC) for name in ("feed", "calendar", "dates", "embed")},
    **{f"policies:{name}": ("G", PUBLIC) for name in ("interpretations", "interpretation", "interpretation-file")},
    **{f"policies:{name}": ("G", PUBLIC) for name in ("captions", "in-short")},
    "policies:following": ("G", ALL),
    "policies:follow": ("P", ALL),
    "policies:save-search": ("P", ALL),
    "policies:search-rename": ("P", "o"),
    "policies:search-remove": ("P", "o"),
    "policies:list": ("G", PUBLIC),
    "policies:check-up": ("G", PUBLIC),
    "policies:calculator": ("G", PUBLIC),
    "policies:suggest": ("G", PUBLIC),
    "policies:attachment": ("G", PUBLIC),
    "policies:detail": ("G", PUBLIC),
    "policies:version": ("G", PUBLIC),
    "policies:versions": ("G", PUBLIC),
    "policies:questions": ("G", PUBLIC),
    "policies:compare": ("G", PUBLIC),
    "publishing:desk": ("G", "elra"),
    "publishing:new": ("G", "e"),
    "publishing:edit": ("G", "el/ra"),
    "publishing:review": ("G", "elra"),
    "publishing:send": ("P", "e/lra"),
    "publishing:take-back": ("P", "e/lra"),
    "publishing:discard": ("P", "e/lra"),
    "publishing:validity": ("G", "er/la"),
    "publishing:new-version": ("P", "e/lra"),
    "publishing:reinstate": ("P", "er/la"),
    "publishing:interpretations": ("G", "elra"),
    "publishing:interpretation-new": ("G", "el"),
    "publishing:interpretation-edit": ("G", "el/ra"),
    "publishing:interpretation-review": ("G", "elra"),
    "publishing:interpretation-act": ("P", "el/ra"),
    "publishing:interpretation-withdraw": ("P", "r/ela"),
    "publishing:interpretation-drop-file": ("P", "el/ra"),
    "publishing:packages": ("G", "era/l"),
    "publishing:package-new": ("G", "era"),
    "publishing:package": ("G", "era/l"),
    "publishing:package-add": ("P", "era/l"),
    "publishing:package-item": ("P", "era/l"),
    "publishing:package-hand-over": ("P", "era/l"),
    "publishing:package-withdraw": ("P", "era/l"),
    **{f"publishing:{name}": ("G", "elra") for name in ("translations", "tasks", "task", "glossary")},
    **{f"publishing:glossary-{name}": ("G", "ea") for name in ("new", "term")},
    "publishing:glossary-remove": ("P", "ea"),
    "publishing:glossary-hints": ("P", "elra"),
    "consultations:list": ("G", PUBLIC),
    "consultations:detail": ("G", PUBLIC),
    "publishing:consultation-new": ("G", "e"),
    **{f"publishing:consultation{name}": ("G", "elra") for name in ("s", "", "-paste", "-comments", "-export")},
    **{f"publishing:consultation-{name}": ("G", "elra") for name in ("clause", "clause-new", "group", "group-new")},
    **{f"publishing:consultation-{name}": ("P", "elra") for name in ("clause-remove", "act", "withdraw", "outcome")},
    **{f"publishing:consultation-{name}": ("P", "elra") for name in ("sort", "group-remove")},
    "publishing:questions": ("G", "elra"),
    "publishing:question": ("G", "elra"),
    "publishing:synonyms": ("G", "ea"),
    "publishing:synonym-new": ("G", "ea"),
    "publishing:synonym": ("G", "ea"),
    "publishing:synonym-remove": ("P", "ea"),
    **{f"publishing:{name}": ("G", "elra") for name in ("imports", "import-template", "export")},
    "publishing:import": ("G", "e"),
    "publishing:import-confirm": ("P", "e"),
    "publishing:import-discard": ("P", "e"),
    "publishing:searches": ("G", "elra"),
    "publishing:search-set-aside": ("P", "ea"),
    "requests:list": ("G", ALL),
    "requests:new": ("G", ALL),
    "requests:draft": ("G", "o"),
    "requests:discard": ("P", "o"),
    "requests:drop-file": ("P", "o"),
    "requests:attachment": ("G", "otca"),
    "requests:detail": ("G", "o"),
    "requests:link": ("P", "o"),
    **{f"requests:{name}": ("G", "o") for name in ("why", "reminders")},
    "requests:lasted": ("P", "o"),
    "desk:attention": ("G", "ad"),
    "desk:reminders": ("G", "tca"),
    **{f"centre:leader{name}": ("G", "a") for name in ("s", "-add", "-end")},
    "desk:queue": ("G", "tchad"),
    "desk:request": ("G", "tca"),
    "desk:propose": ("G", "ta/c"),
    "desk:arrange": ("G", "tca"),
    "desk:present": ("G", "tca"),
    "desk:merge": ("G", "tca"),
    **{f"desk:{name}": ("P", "tca") for name in ("watch", "steps", "unmerge")},
    **{f"centre:{name}": ("G", "a") for name in ("categories", "category", "tags", "tag", "usual-steps")},
    "desk:act": ("P", "tca"),
    "desk:parts": ("G", "tcha"),
    "desk:part": ("G", "tcha"),
    "desk:part-act": ("P", "tcha"),
    "desk:part-add": ("G", "at/c"),
    **{f"desk:{name}": ("G", "tcha") for name in ("record", "board", "calendar", "views", "bulk", "follow-ups")},
    **{f"desk:{name}": ("G", "ta") for name in ("canned", "canned-new", "canned-edit")},
    **{f"desk:{name}": ("G", "t") for name in ("recorded", "bulk-done")},
    "desk:whose": ("G", "ta"),
    **{f"desk:{name}": ("P", "t") for name in ("view", "bulk-undo")},
    "desk:view-keep": ("P", "tcha"),
    "centre:hints": ("G", "a"),
    "centre:hint": ("G", "a"),
    **{f"rating:{name}": ("G", PUBLIC) for name in ("link", "public")},
    **{f"rating:{name}": ("G", "ta") for name in ("rectifications", "rectification", "obstacle-new")},
    **{f"rating:{name}": ("G", "tera") for name in ("obstacles", "obstacle")},
    **{f"rating:{name}": ("G", "adu") for name in ("figures", "figures-file")},
    **{f"visits:{name}": ("G", "tchad") for name in ("list", "month", "day", "no-contact")},
    **{f"visits:{name}": ("G", "tcha") for name in ("choose", "plan")},
    "visits:feed": ("P", "tcha"),
    "visits:join": ("P", "tca"),
    **outreach_rooms.TABLE,
    **investment.TABLE,
    **insights.TABLE,
    **tiers.TABLE,
    **registry.TABLE,
    **records.TABLE,
    **{f"surveys:{name}": ("G", "a") for name in ("list", "new", "detail", "edit")},
    "surveys:act": ("P", "a"),
    "surveys:answer": ("G", PUBLIC),
    "visits:detail": ("G", "tcad"),
    "visits:write-up": ("G", "tca"),
    **{f"visits:{name}": ("P", "tca") for name in ("promise", "act")},
    "visits:guard": ("G", "a"),
    "visits:drop-quiet": ("P", "a"),
    **{f"contacts:{name}": ("G", ENTERPRISE) for name in ("record", "ask")},
    **{f"contacts:{name}": ("P", ENTERPRISE) for name in ("not-now", "feed")},
    "contacts:visit": ("G", "o"),
    "contacts:act": ("P", "o"),
    "calendars:visits": ("G", PUBLIC),
    "claims:list": ("G", "a"),
    "claims:detail": ("G", "a"),
    "outbox:list": ("G", "a"),
    "outbox:detail": ("G", "a"),
    "outbox:resend": ("P", "a"),
    "outbox:resend-all": ("P", "a"),
    **{f"outbox:{name}": ("G", "a") for name in ("channels", "channel", "channel-new", "channel-edit")},
    **{f"outbox:channel-{name}": ("P", "a") for name in ("secret", "test", "resend")},
    "centre:overview": ("G", "a"),
    "centre:unassigned": ("G", "a"),
    "centre:stewards": ("G", "a"),
    "centre:places": ("G", "a"),
    "centre:entrust": ("G", "a"),
    **{f"centre:{name}": ("G", "a") for name in ("profiles", "steward", "leave", "coverage")},
    "desk:leave": ("G", "tch"),
    "desk:languages": ("P", "t"),
    "desk:leave-end": ("P", "ta"),
    "centre:reminders": ("G", "a"),
    "centre:rules": ("G", "a"),
    "centre:rule": ("G", "a"),
    "centre:calendar": ("G", "a"),
    "centre:calendar-year": ("G", "a"),
    **{f"centre:{name}": ("G", "a") for name in ("standards", "standard-new", "counting", "calendar-upload")},
    "centre:calendar-load": ("G", "a"),
    "centre:calendar-confirm": ("P", "a"),
    "centre:calendar-drop": ("P", "a"),
    "desk:extensions": ("G", "ad"),
    "desk:extension": ("G", "ad"),
    "centre:people": ("G", "a"),
    "centre:person-add": ("G", "a"),
    "centre:person": ("G", "a"),
    "centre:person-invite": ("P", "a"),
}
ALLAUTH = ("account_", "mfa_")  # its own tests; tests/accounts holds ours


def names(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern, prefix + (f"{pattern.namespace}:" if pattern.namespace else ""))
        elif isinstance(pattern, URLPattern):
            yield prefix + (pattern.name or "?")


def test_every_address_is_in_the_table() -> None:
    found = {name for name in names(get_resolver()) if not name.startswith(ALLAUTH)}
    assert found ^ set(TABLE) == set()


class World:
    """One of everything, and one person of each kind."""

    def __init__(self) -> None:
        centre, other = DepartmentFactory(code="centre"), DepartmentFactory(code="other")
        owner = MembershipFactory()
        self.enterprise = owner.enterprise
        self.people = {
            "o": owner.user,
            "s": MembershipFactory().user,
            "t": UserFactory(roles=["steward"], department=centre),
            "c": UserFactory(roles=["handler"], department=centre),
            "h": UserFactory(roles=["handler"], department=other),
            "e": UserFactory(roles=["editor"]),
            "l": UserFactory(roles=["translator"]),
            "r": UserFactory(roles=["reviewer"]),
            "a": UserFactory(roles=["admin"]),
            "d": UserFactory(roles=["leader"]),
            "u": UserFactory(roles=["auditor"]),
        }
        self.data: dict[str, dict[str, Any]] = {}
        self.arguments = self.make_arguments()

    def make_arguments(self) -> dict[str, list[Any]]:
        """What each address takes; requests of the owner's enterprise, in the steward's hands."""
        request = accepted(
            self.people["t"], enterprise=self.enterprise, asker=self.people["o"], subject="№ 1", body="…"
        )
        event = RequestEvent.objects.create(request=request, kind="submitted", actor=self.people["o"])
        draft = HelpRequest.objects.create(asker=self.people["o"], enterprise=self.enterprise)
        file = self.attachment(request, event=event)
        rent = {"kind": "ratio", "percent": 20, "base": "rent", "cap": 5_000}
        policy = PolicyFactory(slug="matrix-policy", window_closes=timezone.localdate(), terms=[rent])
        Revision.objects.create(
            policy=policy, state="published", number=1, author=self.people["e"], content={"title_en": "One"}
        )
        unpublished = Policy.objects.create(slug="matrix-draft", category="finance", support_type="subsidy")
        revision = Revision.objects.create(policy=unpublished, author=self.people["e"], content={"title_en": "Draft"})
        package = Package.objects.create(theme="finance", title_en="P", title_zh_hans="包", author=self.people["e"])
        item = PackageItem.objects.create(package=package, policy=policy)
        claim = MembershipFactory(state="claimed", enterprise=EnterpriseFactory())
        member = MembershipFactory(enterprise=self.enterprise, role="member")
        invitation = self.enterprise.invitations.create(
            email="x@example.org", invited_by=self.people["o"], expires_at=timezone.now()
        )
        endpoint = Endpoint.objects.create(name="№ 2", url="https://messenger.example/take")
        message = Message.objects.create(
            key="matrix",
            recipient=self.people["o"],
            email="x@example.org",
            kind="k",
            language="en",
            subject="S",
            body="B",
        )
        whole = accepted(self.people["t"], subject="№ 3", body="…")
        part = RequestPartFactory(request=whole, department=self.people["h"].department, asked="…")
        day = timezone.localdate()
        task = PolicyTask.objects.create(policy=policy, kind="review", about=day, due_on=day)
        term = GlossaryTerm.objects.create(chinese="虚构", english="fictional")
        consultation = consultations.evaluated(author=self.people["e"])
        film = interpretations.published("video", policy=policy, by=self.people["e"], reviewed_by=self.people["r"])
        explained = interpretations.draft("video", policy=policy, by=self.people["e"])
        batch = imported({"slug": policy.slug, "title_en": "Other"}, {"slug": "odd one"}, by=self.people["e"])
        synonyms = SynonymGroup.objects.create(words_zh_hans=["虚构"], words_en=["fictional"])
        missed = MissedSearch.objects.create(words="nothing of the kind", language="en", last_day=timezone.localdate())
        question = self.questions(policy)
        search = SavedSearch.objects.create(person=self.people["o"], name="№ 1", query={"category": "talent"})
        follow(policy, by=self.people["o"])
        waiting = ReminderRule.objects.get(code="waiting")
        Reminder.objects.create(request=request, rule=waiting, cycle="1", recipient=self.people["o"], message=message)
        link = LeaderLink.objects.create(leader=self.people["d"], enterprise=self.enterprise, starts_on=day)
        self.data = {
            "policies:follow": {"act": "follow"},
            "publishing:consultation-act": {"act": "take-back"},
            "publishing:package-add": {"policy": PolicyFactory().pk},
            "publishing:package-item": {"up": "1"},
            "requests:link": {"enterprise": self.enterprise.pk},
        }
        return {
            "messages:detail": [message.pk],
            "enterprises:remove": [member.pk],
            "enterprises:revoke": [invitation.pk],
            "enterprises:invitation": [invitation.token],
            "enterprises:step": ["size"],
            **{name: [self.enterprise.pk] for name in ("home:story", "home:brief")},
            "open:policy": [policy.slug],
            "open:version": [policy.slug, 1],
            "open:short": [policy.pk],
            "open:qr-code": [policy.pk],
            "policies:dates": [policy.slug],
            "policies:follow": [policy.slug],
            "policies:search-rename": [search.pk],
            "policies:search-remove": [search.pk],
            "policies:attachment": [self.annex(policy).key],
            "policies:detail": [policy.slug],
            "policies:calculator": [policy.slug],
            "policies:version": [policy.slug, 1],
            "policies:versions": [policy.slug],
            "policies:questions": [policy.slug],
            "home:figures": [policy.slug],
            "home:views-file": [policy.slug],
            "policies:compare": [policy.slug],
            "policies:interpretation": [policy.slug, film.pk],
            "policies:interpretation-file": [film.files.get(slot="video").key],
            "policies:captions": [film.pk, "en"],
            "policies:in-short": [policy.slug],
            "publishing:interpretation-edit": [explained.pk],
            "publishing:interpretation-review": [explained.pk],
            "publishing:interpretation-act": [explained.pk, "discard"],
            "publishing:interpretation-withdraw": [film.pk],
            "publishing:interpretation-drop-file": [explained.pk, explained.files.get(slot="poster").key],
            "publishing:edit": [revision.pk],
            "publishing:review": [revision.pk],
            "publishing:send": [revision.pk],
            "publishing:take-back": [revision.pk],
            "publishing:discard": [revision.pk],
            "publishing:validity": [policy.slug],
            "publishing:new-version": [policy.slug],
            "publishing:reinstate": [policy.slug],
            "publishing:package": [package.pk],
            "publishing:package-add": [package.pk],
            "publishing:package-item": [package.pk, item.pk],
            "publishing:package-hand-over": [package.pk],
            "publishing:package-withdraw": [package.pk],
            "publishing:task": [task.pk],
            "publishing:glossary-term": [term.pk],
            "publishing:glossary-remove": [term.pk],
            "publishing:glossary-hints": ["title"],
            **consultations.addresses(consultation),
            "publishing:question": [question.pk],
            "publishing:export": ["csv"],
            **{f"publishing:import{act}": [batch.pk] for act in ("", "-confirm", "-discard")},
            "publishing:synonym": [synonyms.pk],
            "publishing:synonym-remove": [synonyms.pk],
            "publishing:search-set-aside": [missed.pk],
            "requests:draft": [draft.pk],
            "requests:discard": [draft.pk],
            "requests:drop-file": [draft.pk, self.attachment(draft).key],
            "requests:attachment": [file.key],
            "requests:detail": [request.number],
            "requests:link": [request.number],
            "requests:why": [message.pk],
            **{f"requests:{name}": [request.number] for name in ("reminders", "lasted")},
            "desk:reminders": [request.number],
            "centre:leader-end": [link.pk],
            "desk:request": [request.number],
            "desk:propose": [self.answered(policy).number],
            **{f"desk:{n}": [request.number] for n in ("arrange", "present", "merge", "watch", "steps", "unmerge")},
            **self.lists(request),
            "desk:act": [request.number, "note"],
            "desk:part": [part.pk],
            "desk:part-act": [part.pk, "accept_part"],
            "desk:part-add": [request.number],
            **self.deskwork(),
            "centre:hint": ["help"],
            **rating.addresses(self.people["t"], self.people["o"], self.enterprise, self.people["e"]),
            **visits.addresses(self.enterprise, self.people["t"], self.people["o"]),
            **outreach_rooms.addresses(self.people, self.enterprise),
            **investment.addresses(self.people, self.enterprise),
            **insights.addresses(),
            **tiers.addresses(),
            **registry.addresses(),
            **records.addresses(),
            "claims:detail": [claim.pk],
            "outbox:detail": [message.pk],
            "outbox:resend": [message.pk],
            **{f"outbox:channel{name}": [endpoint.pk] for name in ("", "-edit", "-secret", "-test", "-resend")},
            "centre:entrust": ["enterprise", str(self.enterprise.pk)],
            **{f"centre:{name}": [self.people["t"].pk] for name in ("steward", "leave")},
            "desk:leave-end": [LeaveFactory(person=self.people["t"], substitute=StewardFactory()).pk],
            "centre:rule": ["overdue"],
            "centre:calendar-year": [timezone.localdate().year],
            **standards.addresses(request, self.people["t"]),
            "centre:person": [self.people["t"].pk],
            "centre:person-invite": [self.people["t"].pk],
        }

    def deskwork(self) -> dict[str, list[Any]]:
        """What the steward recorded, keeps and did with several requests at once."""
        steward = self.people["t"]
        words = {"title_en": "One", "title_zh_hans": "一", "text_en": "One", "text_zh_hans": "一"}
        canned = CannedAnswer.objects.create(changed_by=steward, **words)
        view = SavedView.objects.create(owner=steward, name="№ 1", query="tab=mine")
        recorded = HelpRequestFactory(
            recorded_by=steward, channel="phone", asker=self.people["o"], enterprise=self.enterprise, subject="№ 2"
        )
        done = BulkAct.objects.create(by=steward, verb="accept", form_key=uuid4())
        done.items.create(request=recorded, version=0)
        return {
            "desk:recorded": [recorded.number],
            "desk:whose": [recorded.number],
            "desk:canned-edit": [canned.pk],
            "desk:view": [view.pk],
            "desk:bulk-done": [done.pk],
            "desk:bulk-undo": [done.pk],
        }

    def questions(self, policy: Policy) -> PolicyQuestion:
        """A published one, and one that is still being written."""
        texts = {"question_en": "May we?", "question_zh_hans": "可以吗？", "answer_en": "Yes.", "answer_zh_hans": "是"}
        author, reviewer, now = self.people["t"], self.people["r"], timezone.now()
        rows = PolicyQuestion.objects
        rows.create(policy=policy, author=author, reviewer=reviewer, state="published", published_at=now, **texts)
        question: PolicyQuestion = rows.create(policy=policy, author=author, source="№ 2", **texts)
        question.events.create(author=author, act="proposed")
        return question

    def lists(self, request: HelpRequest) -> dict[str, list[Any]]:
        """A category and a tag, and a request that has everything around it."""
        category = RequestCategory.objects.create(name_en="Tax", name_zh_hans="税务")
        tag = Tag.objects.create(name_en="Rent", name_zh_hans="租金")
        goal = accepted(self.people["t"], enterprise=self.enterprise, asker=self.people["o"], subject="№ 2", body="…")
        HelpRequest.objects.filter(pk=request.pk).update(category=category)
        request.tagged.create(tag=tag, by=self.people["t"])
        RequestLink.objects.create(one=request, other=goal, by=self.people["t"], note="…")
        request.steps.create(text_en="Call", text_zh_hans="致电", by=self.people["t"])
        request.watches.create(person=self.people["c"])
        self.data["desk:steps"] = {"act": "usual"}
        return {"centre:category": [category.pk], "centre:tag": [tag.pk]}

    def answered(self, policy: Policy) -> HelpRequest:
        """In the steward's hands, about a policy."""
        request = accepted(self.people["t"], enterprise=self.enterprise, asker=self.people["o"], policy=policy)
        request.state = "answered"
        request.save(update_fields=["state"])
        return request

    def attachment(self, request: HelpRequest, **fields: Any) -> Attachment:
        return Attachment.objects.create(
            request=request,
            key=uuid4(),
            file=ContentFile(b"text", name="a.txt"),
            name="a.txt",
            content_type="text/plain",
            size=4,
            sha256="0" * 64,
            uploaded_by=self.people["o"],
            **fields,
        )

    def annex(self, policy: Policy) -> Any:
        annex = attachment()
        Policy.objects.filter(pk=policy.pk).update(attachments=[str(annex.key)])
        return annex

    def client(self, kind: str) -> Client:
        """One that, where it is told that nothing is there, asks for no page about it: tests/core/test_errors.py."""
        client = Client() if kind == "v" else signed_in(self.people[kind])
        client.defaults["HTTP_ACCEPT"] = "text/plain, */*;q=0.5"
        return client


@pytest.mark.django_db
def test_who_gets_in_and_head_answers_as_get(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    with translation.override("en"):
        world = World()
        urls = {name: reverse(name, args=world.arguments.get(name)) for name in TABLE}
    wrong, pages = [], Pages("en", TABLE)
    for kind in PEOPLE + "v":
        client = world.client(kind)
        for place, (name, (method, kinds)) in enumerate(TABLE.items()):
            read = pages.wanted(name, kind)
            if kinds == PUBLIC and not read and kind not in {"v", PEOPLE[place % 11], PEOPLE[(place + 5) % 11]}:
                continue  # a page for everybody is opened by a visitor and two others, in turn
            if method == "P":
                with transaction.atomic():
                    response = client.post(urls[name], world.data.get(name))
                    transaction.set_rollback(True)  # the next person finds the world as it was
            else:
                response = client.get(urls[name])
                if read:
                    pages.look(name, kind, response)
                if kind == ("v" if kinds == PUBLIC else "o" if "o" in kinds else "a"):
                    wrong += unlike(f"{name} as {kind}", response, client.head(urls[name]))
            if verdict := judge(kind, kinds, response):
                wrong.append(f"{name} as {kind}: {verdict}")
    assert wrong == []
    assert pages.faults() == []
    assert len(pages.titles) > 240


def unlike(what: str, asked: Any, told: Any) -> list[str]:
    """Where an answer to HEAD is not that to GET without its body."""
    same = (asked.status_code, b"") == (told.status_code, told.getvalue())
    return [] if same else [f"{what}: {asked.status_code}, but {told.status_code} to HEAD"]


def judge(kind: str, allowed: str, response: Any) -> str:
    """What is wrong with an answer, or nothing."""
    to_sign_in = response.status_code == 302 and "/accounts/login/" in response.headers["Location"]
    if kind in allowed:
        bad = response.status_code == 404 or to_sign_in or response.status_code >= 500
        return f"{response.status_code}, should get in" if bad else ""
    if kind == "v":
        return "" if to_sign_in else f"{response.status_code}, should be asked to sign in"
    return "" if response.status_code == 404 else f"{response.status_code}, should be 404"


@pytest.mark.django_db
def test_a_request_in_nobodys_hands_is_seen_by_stewards_and_admins_only() -> None:
    world = World()
    url = reverse("desk:request", args=[HelpRequestFactory().number])
    seen = {kind for kind in PEOPLE if world.client(kind).get(url).status_code == 200}
    assert seen == set("ta")


@pytest.mark.django_db
def test_drafts_of_policies_are_nowhere_public() -> None:
    world = World()
    url = reverse("policies:detail", args=["matrix-draft"])
    assert {world.client(kind).get(url).status_code for kind in PEOPLE + "v"} == {404}
