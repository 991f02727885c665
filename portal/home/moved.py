"""What the rows that move when two records are merged are called, for people: the audit trail's words, and more."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from enterprises.records import above
from portal.home.audit import SOURCES

MORE: dict[str, str | Promise] = {
    "enterprises.enterprise.head": _("Branches and subsidiaries"),
    "enterprises.enterprise.merged_into": _("Records merged earlier"),
    "enterprises.registryrow": _("Rows of registry extracts"),
    "enterprises.tagging": _("Tags of enterprises"),
    "enterprises.tierproposal": _("Proposals of tiers"),
    "engagement.surveyinvitation": _("Invitations to surveys"),
    "investment.need": _("What enterprises are looking for"),
    "investment.viewing": _("Viewings"),
    "outreach.enterpriseorigin": _("Partners who brought enterprises"),
    "outreach.invitation": _("Invitations to events"),
    "outreach.registration": _("Registrations for events"),
    "policies.newmatch": _("News of policies that fit"),
    "policies.submission": _("Comments on drafts"),
}


def name_all() -> None:
    above.named({model._meta.label_lower: label for label, model in SOURCES.values()} | MORE)
