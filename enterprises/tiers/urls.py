from django.urls import path

from enterprises.tiers import views

app_name = "tiers"
urlpatterns = [
    path("", views.rounds, name="list"),
    path("new/", views.new, name="new"),
    path("<int:pk>/", views.detail, name="round"),
    path("<int:pk>/rules/", views.rewrite, name="rules"),
    path("<int:pk>/list.csv", views.file, name="file"),
    path("<int:pk>/bulk/", views.bulk, name="bulk"),
    path("<int:pk>/do/<slug:verb>/", views.act, name="act"),
    path("<int:pk>/enterprises/<int:proposal>/", views.one, name="enterprise"),
]
