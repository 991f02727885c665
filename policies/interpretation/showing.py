"""Interpretations as readers see them: in the page's language, and marked where the policy has changed since."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from policies.enums import InterpretationKind, RevisionState
from policies.interpretation.content import LINK, PICTURES, title_in
from policies.interpretation.naming import named_after_policy
from policies.models import (
    Interpretation,
    InterpretationFile,
    InterpretationQuerySet,
    InterpretedPolicy,
    Policy,
    Revision,
)
from policies.publishing.staleness import text_of
from portal.core import bilingual
from portal.core.markdown import rendered

SRCLANG = {"zh-hans": "zh-Hans", "en": "en"}
OWN_NAMES = {"zh-hans": "中文", "en": "English"}


@dataclass(frozen=True, slots=True)
class About:
    """A policy that is explained. changed_on: when it was changed since; None where nothing changed."""

    policy: Policy
    version: int
    changed_on: datetime | None = None


@dataclass(frozen=True, slots=True)
class Track:
    """Captions of one language; `label` in that language itself."""

    url: str
    srclang: str
    label: str
    default: bool


@dataclass
class Shown:
    """An interpretation for a reader of `language`."""

    found: Interpretation
    language: str = field(default_factory=bilingual.current)

    def text(self, name: str) -> str:
        return text_of(self.found.content, f"{name}_{bilingual.SUFFIX[self.language]}")

    @property
    def title(self) -> str:
        return title_in(self.found.content, self.language)[0] or named_after_policy(self.found)

    @property
    def title_lang(self) -> str:
        return title_in(self.found.content, self.language)[1]

    @property
    def body(self) -> SafeString:
        return rendered(self.text("body"))

    @property
    def description(self) -> SafeString:
        return rendered(self.text("description"))

    @property
    def alt(self) -> str:
        return self.text("alt")

    @property
    def transcript(self) -> str:
        return self.text("transcript")

    @property
    def link(self) -> str:
        return str(self.found.content.get(LINK) or "")

    @cached_property
    def _files(self) -> dict[str, InterpretationFile]:
        return {row.slot: row for row in self.found.files.all()}

    @property
    def picture(self) -> InterpretationFile | None:
        """The one in the language, or the one for both."""
        own = f"picture_{bilingual.SUFFIX[self.language]}"
        return self._files.get(own) or self._files.get(PICTURES[0])

    @property
    def video(self) -> InterpretationFile | None:
        return self._files.get("video")

    @property
    def poster(self) -> InterpretationFile | None:
        return self._files.get("poster")

    @property
    def tracks(self) -> list[Track]:
        """Captions, those of the page's language first."""
        own = (self.language, bilingual.other(self.language))
        written = [each for each in own if text_of(self.found.content, f"captions_{bilingual.SUFFIX[each]}")]
        return [
            Track(
                reverse("policies:captions", args=[self.found.pk, each]),
                SRCLANG[each],
                OWN_NAMES[each],
                each == self.language,
            )
            for each in written
        ]

    @cached_property
    def about(self) -> list[About]:
        links = list(self.found.links.all())
        days = _changes(links)
        return [About(link.policy, link.version, days.get(link.policy_id)) for link in links]

    @property
    def is_outdated(self) -> bool:
        return any(each.changed_on for each in self.about)


def _changes(links: Iterable[InterpretedPolicy]) -> dict[int, datetime]:
    """Policy → when its present version was published, of those that changed since; no query where none did."""
    outdated = {link.policy_id: link.policy for link in links if link.is_outdated}
    if not outdated:
        return {}
    rows = Revision.objects.filter(policy__in=outdated, state=RevisionState.PUBLISHED).order_by("number")
    decided = dict(rows.exclude(decided_at=None).values_list("policy", "decided_at"))
    return {pk: decided.get(pk) or policy.changed_at for pk, policy in outdated.items()}


def with_all(rows: InterpretationQuerySet) -> InterpretationQuerySet:
    """With what showing one needs: three queries, however many there are."""
    links = InterpretedPolicy.objects.select_related("policy").defer("policy__search")
    return rows.select_related("author", "reviewer").prefetch_related("files", Prefetch("links", queryset=links))


def of_policy(policy: Policy) -> InterpretationQuerySet:
    """What the policy's page leads to, the newest first."""
    rows = Interpretation.objects.to_read().filter(links__policy=policy)
    return with_all(rows).order_by("-published_at", "-pk")


def summary_of(policy: Policy) -> Interpretation | None:
    """The plain words that officials wrote for the policy in short."""
    rows = Interpretation.objects.published().filter(kind=InterpretationKind.SUMMARY, links__policy=policy)
    return with_all(rows).order_by("-published_at").first()


def address_of(shown: Shown, policy: Policy | None = None) -> str:
    """Its public page, under that policy or its first one."""
    policy = policy or shown.about[0].policy
    if shown.found.kind == InterpretationKind.SUMMARY:
        return reverse("policies:in-short", args=[policy.slug])
    return reverse("policies:interpretation", args=[policy.slug, shown.found.pk])


def listed(rows: Iterable[Interpretation], policy: Policy | None = None) -> list[dict[str, Any]]:
    """For a list: each with its address."""
    shown = [Shown(found) for found in rows]
    return [{"shown": each, "url": address_of(each, policy)} for each in shown]
