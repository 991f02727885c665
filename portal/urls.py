"""Where every address leads; each language has its own tree."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from policies.opendata.views import about
from portal.home.views import root

pages: list[URLPattern | URLResolver] = [
    path("", include("portal.home.urls")),
    path("accounts/", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("messages/", include("notices.urls")),
    path("enterprise/contacts/", include("engagement.contact_urls")),
    path("enterprise/", include("enterprises.urls")),
    path("policies/", include("policies.urls")),
    path("consultations/", include("policies.consultation.urls")),
    path("open-data/", about, name="open-data"),
    path("publishing/", include("policies.publishing.urls")),
    path("requests/", include("stewards.asking.urls")),
    path("desk/", include("stewards.desk.urls")),
    path("visits/", include("engagement.urls")),
    path("centre/claims/", include("enterprises.centre_urls")),
    path("centre/registry/", include("enterprises.registry.urls")),
    path("centre/records/", include("enterprises.records.urls")),
    path("centre/tiers/", include("enterprises.tiers.urls")),
    path("centre/segments/", include("enterprises.segments.urls")),
    path("centre/messages/", include("notices.centre_urls")),
    path("centre/", include("stewards.centre.urls")),
    path("", include("outreach.urls")),
    path("", include("investment.urls")),
    path("", include("insights.urls")),
    path("", include("stewards.rating.urls")),
    path("", include("engagement.surveys.urls")),
]
if settings.DEMO:
    pages.append(path("demo/", include("portal.demo.urls")))

urlpatterns = [
    path("", root, name="root"),
    path("", include("policies.opendata.urls")),
    path("", include("engagement.feed_urls")),
    path("", include("outreach.packages.short_urls")),
    path("", include("outreach.points.printed_urls")),
    *i18n_patterns(*pages),
]
handler400 = "portal.core.problems.refused"
handler404 = "portal.core.errors.not_there"
handler500 = "portal.core.errors.went_wrong"
