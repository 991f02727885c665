from django.urls import path

from portal.home import figures, views

app_name = "home"
urlpatterns = [
    path("", views.front, name="front"),
    path("start/", views.landing, name="landing"),
    path("package/", views.package, name="package"),
    path("package/print/", views.package_print, name="package-print"),
    path("publishing/policies/<slug:slug>/figures/", figures.figures, name="figures"),
    path("publishing/policies/<slug:slug>/views.csv", figures.views_file, name="views-file"),
    path("audit/", views.audit, name="audit"),
    path("accessibility/", views.accessibility, name="accessibility"),
]
