"""Addresses without a language: the open data, short links, what search engines look for."""

from django.urls import path

from policies.opendata import api_views as api
from policies.opendata import views

app_name = "open"
urlpatterns = [
    path("api/v1/openapi.json", api.document, name="document"),
    path("api/v1/policies/", api.policies, name="policies"),
    path("api/v1/policies/<slug:slug>/", api.policy, name="policy"),
    path("api/v1/policies/<slug:slug>/versions/<int:number>/", api.version, name="version"),
    path("p/<int:number>", views.short, name="short"),
    path("p/<int:number>.svg", views.qr_code, name="qr-code"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("robots.txt", views.robots, name="robots"),
]
