"""Atom feeds (RFC 4287) of what was published and changed."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from io import StringIO
from urllib.parse import urlencode, urlsplit
from xml.sax.xmlreader import AttributesImpl

from django.conf import settings
from django.utils import timezone
from django.utils.feedgenerator import rfc3339_date
from django.utils.translation import gettext as _
from django.utils.xmlutils import SimplerXMLGenerator

from policies.labels import choice_label
from policies.models import Policy
from policies.opendata.data import TAGS, address
from policies.presenting import Text, text_of
from policies.search.audience import FIELDS
from policies.search.filtering import choice_word
from policies.search.queries import Wanted
from policies.standing import standing_of
from portal.core import bilingual
from portal.core.calendar import local_day

ATOM = "http://www.w3.org/2005/Atom"
SIZE = 50
NO_ATTRIBUTES: "AttributesImpl[str]" = AttributesImpl({})
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)  # when a feed in which there is nothing yet was changed last
_BANNED = re.compile("[^\t\n\r\u0020-\u007e\u0080-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """Without characters that XML, or a line of a calendar, cannot hold."""
    return _BANNED.sub("", text)


def host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def audience_of(wanted: Wanted) -> dict[str, str]:
    """For which enterprises a feed is asked: filter → choice."""
    return {name: wanted.values[name] for name in FIELDS if name in wanted.values}


def newest(category: str, wanted: Wanted | None = None) -> list[Policy]:
    """What the feed shows: published or changed last; of those, what is for the enterprises that are asked for."""
    policies = Policy.objects.published()
    if category:
        policies = policies.filter(category=category)
    if wanted:
        for name, value in audience_of(wanted).items():
            policies = wanted.facets(local_day()).without(policies, name, value)
    return list(policies.select_related("replaced_by").defer("search").order_by("-changed_at", "-pk")[:SIZE])


def atom(policies: Iterable[Policy], category: str, audience: Mapping[str, str] | None = None) -> str:
    """The feed in the active language."""
    language = bilingual.current()
    asked = {**({"category": category} if category else {}), **(audience or {})}
    query = f"?{urlencode(asked)}" if asked else ""
    policies = list(policies)
    out = StringIO()
    xml = SimplerXMLGenerator(out, "utf-8", short_empty_elements=True)
    xml.startDocument()
    xml.startElement("feed", AttributesImpl({"xmlns": ATOM, "xml:lang": TAGS[language]}))
    title = _("Policies for enterprises in Hongkou")
    for name, value in asked.items():
        title = _("%(title)s: %(category)s") % {"title": title, "category": choice_word(name, value)}
    xml.addQuickElement("title", title)
    xml.addQuickElement("id", f"tag:{host()},2026:policies:{language}:{':'.join(asked.values()) or 'all'}")
    xml.addQuickElement("updated", _moment(policies[0].changed_at if policies else BEGAN))
    _link(xml, "self", address("policies:feed", language=language) + query, "application/atom+xml")
    _link(xml, "alternate", address("policies:list", language=language) + query, "text/html")
    _author(xml, _("Hongkou Enterprise Service Portal"))
    for policy in policies:
        _entry(xml, policy, language)
    xml.endElement("feed")
    xml.endDocument()
    return out.getvalue()


def _entry(xml: SimplerXMLGenerator, policy: Policy, language: str) -> None:
    xml.startElement("entry", NO_ATTRIBUTES)
    _text(xml, "title", text_of(policy, "title"))
    xml.addQuickElement("id", f"tag:{host()},2026:policy:{policy.pk}:{language}")
    xml.addQuickElement("updated", _moment(policy.changed_at))
    if policy.published_at:
        xml.addQuickElement("published", _moment(policy.published_at))
    _link(xml, "alternate", address("policies:detail", policy.slug, language=language), "text/html")
    _author(xml, text_of(policy, "issuer").text or _("Hongkou Enterprise Service Portal"))
    for field in ("category", "level", "support_type"):
        if code := getattr(policy, field):
            label = choice_label(field, code)
            xml.addQuickElement("category", "", {"term": code, "scheme": _scheme(field), "label": label})
    standing, summary = standing_of(policy, local_day()), text_of(policy, "summary")
    if standing:  # whoever reads no more than the feed must not take it to be in force
        summary = Text(f"{standing.text}\n{summary.text}")
    _text(xml, "summary", summary)
    xml.endElement("entry")


def _moment(moment: datetime) -> str:
    return rfc3339_date(timezone.localtime(moment).replace(microsecond=0))


def _scheme(field: str) -> str:
    return f"tag:{host()},2026:{field}"


def _author(xml: SimplerXMLGenerator, name: str) -> None:
    xml.startElement("author", NO_ATTRIBUTES)
    xml.addQuickElement("name", clean(name))
    xml.endElement("author")


def _link(xml: SimplerXMLGenerator, relation: str, href: str, kind: str) -> None:
    xml.addQuickElement("link", "", {"rel": relation, "type": kind, "href": href})


def _text(xml: SimplerXMLGenerator, element: str, text: Text) -> None:
    """Plain text; of the other language where it is not written in this one, and then marked so."""
    marked = {"xml:lang": TAGS[text.lang]} if text.lang else {}
    xml.addQuickElement(element, clean(text.text), {"type": "text", **marked})
