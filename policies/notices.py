"""What officials and enterprises are told about revisions and packages. All of it can wait for the daily digest."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from enterprises.models import Membership
from notices.workflow import Text, notify
from policies.enums import RevisionState
from policies.models import Package, Revision
from policies.publishing.staleness import text_of
from portal.core import bilingual
from portal.core.templatetags.ui import day_plain


def title_of(revision: Revision) -> str:
    """The revision's title in the active language, else in the other."""
    own, other = (
        f"title_{bilingual.SUFFIX[code]}" for code in (bilingual.current(), bilingual.other(bilingual.current()))
    )
    return text_of(revision.content, own) or text_of(revision.content, other)


def tell_reviewers(revision: Revision, by: User) -> None:
    reviewers = User.objects.with_role(Role.REVIEWER).exclude(pk__in=[by.pk, revision.author_id])
    for person in reviewers:
        notify(
            person, key=_key("review", revision, person), kind="policy_review", text=lambda: _review_text(revision, by)
        )


def tell_author(revision: Revision, by: User) -> None:
    """That it was published, that its day is set, or that it came back."""
    if revision.author and revision.author != by:
        text = {RevisionState.PUBLISHED: _published_text, RevisionState.SCHEDULED: _scheduled_text}.get(
            RevisionState(revision.state), _returned_text
        )
        notify(
            revision.author,
            key=_key(revision.state, revision, revision.author),
            kind=f"policy_{revision.state}",
            text=lambda: text(revision, by),
        )


def tell_called_off(revision: Revision, decided_by: User | None, by: User | None, why: str) -> None:
    """The author, and who had scheduled it; `by` nobody: the portal itself, because it cannot be published."""
    for person in {each.pk: each for each in (revision.author, decided_by) if each and each != by}.values():
        key = _key("called_off", revision, person)
        notify(person, key=key, kind="policy_called_off", text=lambda: _called_off_text(revision, by, why))


def tell_members(package: Package) -> None:
    """A package for one enterprise is announced to its people; a package by theme or segment to nobody."""
    if package.enterprise is None:
        return
    for membership in Membership.objects.active().filter(enterprise=package.enterprise).select_related("user"):
        key = f"package:{package.pk}:{membership.user_id}"
        notify(membership.user, key=key, kind="package", text=lambda: _package_text(package))


def _key(what: str, revision: Revision, person: User) -> str:
    """Unique for each time a revision comes round: sent, returned and sent again are three messages."""
    return f"policy:{what}:{revision.pk}:{revision.comments.count()}:{person.pk}"


def _review_text(revision: Revision, by: User) -> Text:
    return Text(
        _("To review: %(title)s") % {"title": title_of(revision)},
        _("%(name)s has sent this policy to review.") % {"name": by.name},
        reverse("publishing:review", args=[revision.pk]),
    )


def _published_text(revision: Revision, by: User) -> Text:
    return Text(
        _("Published: %(title)s") % {"title": title_of(revision)},
        _("%(name)s has published the policy that you wrote.") % {"name": by.name},
        reverse("publishing:review", args=[revision.pk]),
    )


def _scheduled_text(revision: Revision, by: User) -> Text:
    return Text(
        _("Publication scheduled: %(title)s") % {"title": title_of(revision)},
        _("%(name)s has approved the policy that you wrote. It is published on %(day)s.")
        % {"name": by.name, "day": day_plain(revision.publish_on)},
        reverse("publishing:review", args=[revision.pk]),
    )


def _called_off_text(revision: Revision, by: User | None, why: str) -> Text:
    said = _("%(name)s has called the scheduled publication off; the text is in review again.")
    alone = _("The portal could not publish it on the chosen day; the text is in review again.")
    return Text(
        _("Publication called off: %(title)s") % {"title": title_of(revision)},
        (said % {"name": by.name} if by else alone) + "\n\n" + why,
        reverse("publishing:review", args=[revision.pk]),
    )


def _returned_text(revision: Revision, by: User) -> Text:
    return Text(
        _("Returned with comments: %(title)s") % {"title": title_of(revision)},
        _("%(name)s has returned the policy that you wrote, with comments.") % {"name": by.name},
        reverse("publishing:edit", args=[revision.pk]),
    )


def _package_text(package: Package) -> Text:
    return Text(
        _("A service package for %(enterprise)s: %(title)s")
        % {"enterprise": str(package.enterprise), "title": package.title},
        package.introduction or _("Policies that may be of use to you, put together by the district."),
        reverse("home:package"),
    )
