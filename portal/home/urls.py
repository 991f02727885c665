from django.urls import path

from portal.home import views

app_name = "home"
urlpatterns = [
    path("", views.front, name="front"),
    path("start/", views.landing, name="landing"),
    path("package/", views.package, name="package"),
    path("package/print/", views.package_print, name="package-print"),
    path("audit/", views.audit, name="audit"),
    path("accessibility/", views.accessibility, name="accessibility"),
]
