from django.urls import path

from engagement import contact_views as views

app_name = "contacts"
urlpatterns = [
    path("", views.record, name="record"),
    path("ask/", views.ask, name="ask"),
    path("not-now/", views.not_now, name="not-now"),
    path("calendar/", views.feed, name="feed"),
    path("<int:pk>/", views.visit, name="visit"),
    path("<int:pk>/<slug:verb>/", views.act, name="act"),
]
