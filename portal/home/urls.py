from django.urls import path

from portal.home import completeness, figures, open_views, privacy, record, segment_uses, story_views, today, views
from portal.home.personal import views as personal

app_name = "home"
urlpatterns = [
    path("", views.front, name="front"),
    path("search/", open_views.search, name="search"),
    path("for-you/", open_views.for_you, name="for-you"),
    path("start/", views.landing, name="landing"),
    path("today/", today.today, name="today"),
    path("package/", views.package, name="package"),
    path("package/print/", views.package_print, name="package-print"),
    path("package/missing/", completeness.missing, name="missing"),
    path("package/story/", story_views.own_story, name="own-story"),
    path("desk/enterprises/<int:pk>/", story_views.story, name="story"),
    path("desk/enterprises/<int:pk>/brief/", story_views.brief, name="brief"),
    path("publishing/policies/<slug:slug>/figures/", figures.figures, name="figures"),
    path("publishing/policies/<slug:slug>/views.csv", figures.views_file, name="views-file"),
    path("centre/segments/<int:pk>/uses/", segment_uses.uses, name="segment-uses"),
    path("centre/records/<int:pk>/", record.record, name="record"),
    path("my-data/", personal.my_data, name="my-data"),
    path("my-data/file/", personal.my_file, name="my-file"),
    path("my-data/take-back/", personal.take_back, name="erasure-take-back"),
    path("centre/erasures/", personal.erasures, name="erasures"),
    path("centre/erasures/<int:pk>/", personal.erasure, name="erasure"),
    path("audit/", views.audit, name="audit"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", privacy.privacy, name="privacy"),
]
