from django.urls import path

from portal.home import figures, open_views, privacy, story_views, views

app_name = "home"
urlpatterns = [
    path("", views.front, name="front"),
    path("search/", open_views.search, name="search"),
    path("for-you/", open_views.for_you, name="for-you"),
    path("start/", views.landing, name="landing"),
    path("package/", views.package, name="package"),
    path("package/print/", views.package_print, name="package-print"),
    path("package/story/", story_views.own_story, name="own-story"),
    path("desk/enterprises/<int:pk>/", story_views.story, name="story"),
    path("desk/enterprises/<int:pk>/brief/", story_views.brief, name="brief"),
    path("publishing/policies/<slug:slug>/figures/", figures.figures, name="figures"),
    path("publishing/policies/<slug:slug>/views.csv", figures.views_file, name="views-file"),
    path("audit/", views.audit, name="audit"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", privacy.privacy, name="privacy"),
]
