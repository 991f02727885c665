"""What keepers and enterprises are told."""

from collections.abc import Callable, Iterable
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from enterprises.models import Membership
from investment.models import Keeper, Provider, Resource, Viewing
from notices.workflow import Text, notify, write_to
from portal.core.templatetags.ui import day_plain


def keepers_of(provider: Provider) -> list[User]:
    rows = Keeper.objects.active().filter(provider=provider, user__is_active=True).select_related("user")
    return [row.user for row in rows if row.user is not None]


def provider_side(provider: Provider) -> list[User]:
    """Its keepers; the service centre for one that has none."""
    return keepers_of(provider) or list(User.objects.with_role(Role.ADMIN))


def invited(keeper: Keeper) -> None:
    """To the address, whether or not it has an account."""
    write_to(
        keeper.email,
        user=keeper.user,
        language=keeper.user.language if keeper.user else "zh-hans",
        key=f"keeper:{keeper.pk}",
        kind="resource.keeper",
        text=lambda: _invited(keeper),
    )


def _invited(keeper: Keeper) -> Text:
    facts = {"provider": keeper.provider.name, "name": keeper.name, "email": keeper.email}
    if keeper.user:
        body = _("%(name)s, you keep the entries of %(provider)s from now on: they are in your resource room.")
    else:
        body = _(
            "%(name)s, you were asked to keep the entries of %(provider)s. Sign in with this address, %(email)s, or "
            "open an account with it: the entries are then in your resource room. If this means nothing to you, do "
            "nothing."
        )
    return Text(_("Investment resources of %(provider)s") % facts, body % facts, reverse("investment:room"))


def published(resource: Resource) -> None:
    key = f"resource:{resource.pk}:published:{resource.lock_version}"
    body = _("Everybody can find it now. Please say that it still holds whenever you are asked.")
    _tell_keepers(resource, key, "resource.published", lambda: (_("Published: %(title)s"), body))


def sent_back(resource: Resource) -> None:
    key = f"resource:{resource.pk}:back:{resource.lock_version}"
    _tell_keepers(resource, key, "resource.back", lambda: (_("To be changed: %(title)s"), resource.remark))


def to_confirm(resource: Resource, hidden_on: date) -> None:
    """Once for each time that it was confirmed, however often it is asked for."""
    key = f"resource:{resource.pk}:confirm:{resource.confirmed_at:%Y%m%d}"
    _tell_keepers(
        *(resource, key, "resource.confirm"),
        lambda: (
            _("Does this still hold? %(title)s"),
            _("One click says that it does. Unless you do, it is hidden on %(day)s.") % {"day": day_plain(hidden_on)},
        ),
    )


def hidden(resource: Resource) -> None:
    key = f"resource:{resource.pk}:hidden:{resource.confirmed_at:%Y%m%d}"
    _tell_keepers(
        *(resource, key, "resource.hidden"),
        lambda: (
            _("Hidden: %(title)s"),
            _("Nobody has said for too long that it still holds. One click shows it again."),
        ),
    )


def _tell_keepers(resource: Resource, key: str, kind: str, words: Callable[[], tuple[str, str]]) -> None:
    url = reverse("investment:entry", args=[resource.pk])
    for person in keepers_of(resource.provider):
        notify(person, key=f"{key}:{person.pk}", kind=kind, text=lambda: _text(words, resource, url))


def _text(words: Callable[[], tuple[str, str]], resource: Resource, url: str) -> Text:
    subject, body = words()
    return Text(subject % {"title": resource.title}, body, url)


def asked(viewing: Viewing) -> None:
    """To the provider's side: who is interested, and when they could come. No person's name."""
    _tell(
        viewing,
        "asked",
        provider_side(viewing.resource.provider),
        lambda: (
            _("Interest in %(title)s"),
            _("%(enterprise)s would like to meet about it: %(times)s. Choose a time, or offer others."),
        ),
    )


def offered(viewing: Viewing) -> None:
    _tell(
        viewing,
        "offered",
        people_of(viewing),
        lambda: (_("Other times for %(title)s"), _("The provider offers: %(times)s. Choose one.")),
    )


def agreed(viewing: Viewing) -> None:
    both = [*people_of(viewing), *provider_side(viewing.resource.provider)]
    _tell(viewing, "agreed", both, lambda: (_("Agreed: %(title)s"), _("You meet on %(at)s.")))


def called_off(viewing: Viewing, *, to: Iterable[User]) -> None:
    words = _("The meeting was called off. %(note)s")
    _tell(viewing, "cancelled", to, lambda: (_("Called off: %(title)s"), words))


def people_of(viewing: Viewing) -> list[User]:
    """Whoever asked, as long as they act for the enterprise; its owners after that."""
    acting = Membership.objects.active().filter(enterprise=viewing.enterprise_id, user__is_active=True)
    found = list(acting.select_related("user"))
    asker = [each.user for each in found if each.user_id == viewing.asked_by_id]
    return asker or [each.user for each in found if each.role == "owner"]


def _tell(viewing: Viewing, what: str, to: Iterable[User], words: Callable[[], tuple[str, str]]) -> None:
    key = f"viewing:{viewing.pk}:{what}:{viewing.lock_version}"
    for person in {each.pk: each for each in to}.values():
        notify(
            *(person,),
            key=f"{key}:{person.pk}",
            kind=f"viewing.{what}",
            text=lambda: _of_viewing(viewing, words),
            urgent=True,
        )


def _of_viewing(viewing: Viewing, words: Callable[[], tuple[str, str]]) -> Text:
    subject, body = words()
    facts = {
        "title": viewing.resource.title,
        "enterprise": viewing.enterprise.name,
        "times": _("; ").join(time_words(slot) for slot in viewing.slots),
        "at": time_words(viewing.at) if viewing.at else "",
        "note": viewing.note,
    }
    return Text(subject % facts, (body % facts).strip(), reverse("investment:viewing", args=[viewing.pk]))


def time_words(moment: timezone.datetime) -> str:  # type: ignore[name-defined]
    local = timezone.localtime(moment)
    return f"{day_plain(moment)} {date_format(local, 'H:i')}"
