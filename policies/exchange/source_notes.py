"""The notes on sources that the portal's own data carry, marked so that both languages have them."""

from django.utils.translation import gettext_noop as _

NOTES = (
    _("Issuing body or Chinese name inferred from context."),
    _("Issuing body or document number inferred."),
    _("Number and Chinese title taken from a 2025 Hongkou finance document that cites it; match inferred."),
    _("Read on a third-party mirror of chinadaily.com.cn; link rebuilt, not opened."),
    _("Read on a third-party mirror of ditan.com; link rebuilt, not opened."),
    _("Read on a third-party mirror of shanghai.gov.cn; link rebuilt, not opened."),
    _("Read on a third-party mirror; link rebuilt to the shanghai.gov.cn path of the same name, not opened."),
    _("Reposted by a commercial or aggregator site."),
    _("Read in an unrelated third-party copy, which is not linked; find the original by title or document number."),
)
