"""What an interpretation is called."""

from django.utils.translation import gettext as _

from policies.enums import InterpretationKind
from policies.interpretation.content import title_in
from policies.models import Interpretation
from portal.core import bilingual


def title_of(found: Interpretation) -> str:
    """Its title in the active language, else in the other; a summary is called after its policy."""
    title, _lang = title_in(found.content, bilingual.current())
    return title or named_after_policy(found)


def named_after_policy(found: Interpretation) -> str:
    link = next(iter(found.links.all()), None)
    policy = link.policy.title if link else "…"
    if found.kind == InterpretationKind.SUMMARY:
        return _("In short: %(policy)s") % {"policy": policy}
    return _("On: %(policy)s") % {"policy": policy}
