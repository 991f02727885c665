"""A small world for the tests of requests: an enterprise with two people, its steward, a department, an admin."""

from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from stewards import workflow
from stewards.files import Upload, check_files
from stewards.models import HelpRequest
from stewards.relations import merging
from tests.factories.accounts import HandlerFactory, StewardFactory, UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory
from tests.factories.stewards import StewardshipFactory, accepted

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\nxref\ntrailer <<>>\nstartxref\n0\n%%EOF\n"
STATES = (
    *("draft", "submitted", "assigned", "accepted", "in_progress", "waiting"),
    *("answered", "rated", "closed", "not_accepted", "withdrawn", "merged"),
)


def pdf(name: str = "plan.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def uploads(*names: str) -> list[Upload]:
    return check_files([pdf(name) for name in names])


@dataclass
class Scene:
    enterprise: Any = field(default_factory=EnterpriseFactory)
    owner: Any = field(default_factory=lambda: UserFactory(name_en="Olive Owner"))
    colleague: Any = field(default_factory=lambda: UserFactory(name_en="Carl Colleague"))
    steward: Any = field(default_factory=lambda: StewardFactory(name_en="Stella Steward", phone="021-5555 0101"))
    second: Any = field(default_factory=lambda: StewardFactory(name_en="Sam Second"))
    handler: Any = field(default_factory=lambda: HandlerFactory(name_en="Hanna Handler"))
    admin: Any = field(default_factory=lambda: UserFactory(roles=["admin"], name_en="Ada Admin"))
    outsider: Any = field(default_factory=lambda: UserFactory(name_en="Otto Outsider"))

    def __post_init__(self) -> None:
        MembershipFactory(enterprise=self.enterprise, user=self.owner)
        MembershipFactory(enterprise=self.enterprise, user=self.colleague, role="member")
        StewardshipFactory(steward=self.steward, enterprise=self.enterprise)

    @property
    def tax(self) -> Any:
        return self.handler.department

    def draft(self, **words: Any) -> HelpRequest:
        said = {"type": "help", "subject": "Rent subsidy", "body": "How do we apply?", "language": "en", **words}
        return workflow.save_draft(by=self.owner, enterprise=self.enterprise, **said)

    def goal(self, asked: HelpRequest) -> HelpRequest:
        """Another request of the same people, which theirs can be merged into."""
        return accepted(self.steward, enterprise=asked.enterprise, asker=asked.asker)

    def request(self, state: str = "assigned", **words: Any) -> HelpRequest:
        """A request of the owner that went through the verbs to the state."""
        if state == "draft":
            return self.draft(**words)
        if state == "submitted":
            self.enterprise.stewardships.all().delete()
        asked = workflow.submit(self.draft(**words), by=self.owner)
        if state == "submitted":
            StewardshipFactory(steward=self.steward, enterprise=self.enterprise)
        steps: dict[str, Any] = {
            "accepted": lambda r: workflow.accept(r, by=self.steward),
            "in_progress": lambda r: workflow.contact(r, by=self.steward, text="Good morning."),
            "waiting": lambda r: workflow.ask_back(r, by=self.steward, text="Since when do you rent?"),
            "answered": lambda r: workflow.answer(r, by=self.steward, text="Apply online."),
            "rated": lambda r: workflow.rate(r, by=self.owner, score=4, solved=True),
            "closed": lambda r: workflow.close(r, by=self.steward),
            "not_accepted": lambda r: workflow.decline(r, by=self.steward, ground="court", where_instead="The court."),
            "withdrawn": lambda r: workflow.withdraw(r, by=self.owner, reason="Settled."),
            "merged": lambda r: merging.merge(r, by=self.steward, into=self.goal(r)),
        }
        way = {
            "accepted": ("accepted",),
            "in_progress": ("accepted", "in_progress"),
            "waiting": ("accepted", "waiting"),
            "answered": ("accepted", "answered"),
            "rated": ("accepted", "answered", "rated"),
            "closed": ("accepted", "answered", "closed"),
            "not_accepted": ("not_accepted",),
            "withdrawn": ("withdrawn",),
            "merged": ("merged",),
        }
        for step in way.get(state, ()):
            asked = steps[step](asked)
        assert asked.state == state
        return asked


def mails(person: Any) -> list[tuple[str, str]]:
    """What the person was told, oldest first: (kind, queued at once or held for the digest)."""
    return list(person.messages_received.order_by("pk").values_list("kind", "state"))


def last_mail(person: Any) -> Any:
    return person.messages_received.order_by("pk").last()
