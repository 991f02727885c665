from django.urls import path

from engagement.surveys import answer_views, views

app_name = "surveys"
urlpatterns = [
    path("visits/surveys/", views.surveys, name="list"),
    path("visits/surveys/new/", views.new, name="new"),
    path("visits/surveys/<int:pk>/", views.detail, name="detail"),
    path("visits/surveys/<int:pk>/edit/", views.edit, name="edit"),
    path("visits/surveys/<int:pk>/<slug:verb>/", views.act, name="act"),
    path("survey/<str:token>/", answer_views.answer, name="answer"),
]
