"""The desk: the queue, one request, and the acts on it."""

from django.urls import include, path

from stewards import proposing
from stewards.desk import views as desk_views
from stewards.escalation import urls as escalation_urls

app_name = "desk"
urlpatterns = [
    path("", desk_views.queue, name="queue"),
    path("", include("stewards.assignment.desk_urls")),
    path("", include("stewards.deskwork.urls")),
    path("", include("stewards.parts.urls")),
    path("", include(escalation_urls.desk)),
    path("", include("stewards.standard.urls")),
    path("<str:number>/", desk_views.request_page, name="request"),
    path("<str:number>/propose/", proposing.page, name="propose"),
    path("<str:number>/", include("stewards.relations.urls")),
    path("<str:number>/<slug:verb>/", desk_views.act, name="act"),
]
