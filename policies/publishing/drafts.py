"""What a draft is made of: an empty one, what it may never contain, and the address of its policy."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import resolve, reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import Department
from policies.attachments.keeping import same_files
from policies.checkup import terms
from policies.content import COLUMNS, TEXT_COLUMNS, content_of
from policies.eligibility.criteria import validate
from policies.eligibility.fields import FIELDS
from policies.eligibility.groups import bare
from policies.eligibility.naming import codes_in, missing_codes
from policies.models import Policy
from portal.core import bilingual
from portal.core.access import Refused

PROVISIONAL = "draft-"  # begins the address of a policy that has no English title yet
FACTS = tuple(column for column in COLUMNS if column not in {*TEXT_COLUMNS, "translated", "criteria", "attachments"})
Content = Mapping[str, Any]


def blank() -> dict[str, Any]:
    """The content of a policy of which nothing is known yet."""
    return content_of(Policy(category="", support_type="")) | dict.fromkeys(TEXT_COLUMNS, "")


def filled(saved: Content, given: Content) -> dict[str, Any]:
    """What was given, over what is saved; nothing but columns of a policy."""
    both = {**blank(), **saved, **given}
    return {column: both[column] for column in COLUMNS}


def same(one: Content, other: Content) -> bool:
    return all(one.get(column) == other.get(column) for column in COLUMNS)


def same_facts(one: Content, other: Content) -> bool:
    """Whether nothing but wording differs; the text of a criterion's clause and an attachment's name are wording."""
    facts = all(one.get(column) == other.get(column) for column in FACTS)
    return facts and _bare(one) == _bare(other) and same_files(one, other)


def _bare(content: Content) -> list[dict[str, Any]]:
    return [bare(each) for each in content["criteria"]]


def check(content: Content) -> None:
    """Refuse what no draft may be: untitled, with dates reversed, or with criteria that mean nothing."""
    if not any(content.get(column) for column in bilingual.columns("title")):
        raise Refused(_("Give a title in at least one language."))
    for first, last in (("effective_from", "effective_to"), ("window_opens", "window_closes")):
        if content.get(first) and content.get(last) and content[last] < content[first]:
            raise Refused(_("The end lies before the beginning."))
    for problem in validate(content.get("criteria")):
        raise Refused(problem.message)
    for fault in terms.validate(content.get("terms") or []):
        raise Refused(str(fault))
    slugs = content.get("excludes") or []
    if not isinstance(slugs, list) or not all(isinstance(slug, str) and slug for slug in slugs):
        raise Refused(_("The policies it excludes must be a list of short names."))
    department = content.get("department_id")
    if department and not Department.objects.filter(pk=department).exists():
        raise Refused(_("The accepting department does not exist any more."))


def check_codes(content: Content, saved: Content) -> None:
    """Refuse criteria that name an industry, subdistrict, title or park that does not exist, unless they did before."""
    criteria, before = content.get("criteria") or [], codes_in(saved.get("criteria") or [])
    for name, code in missing_codes(criteria) if codes_in(criteria) - before else ():
        if (name, code) not in before:
            words = {"field": FIELDS[name].label, "value": code}
            raise Refused(_("%(field)s: “%(value)s” is not on the portal's list.") % words)


def reserved(slug: str) -> bool:
    """Whether another page of the portal stands at the address that a policy of this short name would have."""
    return bool(slug) and resolve(reverse("policies:detail", args=[slug])).url_name != "detail"


def provisional() -> str:
    return f"{PROVISIONAL}{uuid.uuid4().hex[:10]}"


def name_policy(policy: Policy, content: Content, slug: str) -> None:
    """Save the address of a policy that was never published: the one chosen, else one made of the English title."""
    chosen = slug if slug and not slug.startswith(PROVISIONAL) else ""
    wanted = chosen or slugify(str(content.get("title_en") or ""))[:80].strip("-")
    if policy.pk and policy.slug == (wanted or policy.slug):
        return
    if reserved(chosen):
        raise Refused(_("The portal itself uses this short name."))
    taken = Policy.objects.exclude(pk=policy.pk).filter(slug=wanted).exists() or reserved(wanted)
    if taken and chosen:
        raise Refused(_("Another policy already has this short name."))
    policy.slug = f"{wanted[:70]}-{uuid.uuid4().hex[:6]}" if taken else wanted or provisional()
    try:
        with transaction.atomic():
            policy.save(update_fields=["slug"] if policy.pk else None)
    except IntegrityError:
        raise Refused(_("Another policy already has this short name.")) from None
