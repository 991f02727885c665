from django.urls import path

from enterprises.registry import views

app_name = "registry"
urlpatterns = [
    path("", views.extracts, name="list"),
    path("<int:pk>/", views.extract, name="extract"),
    path("<int:pk>/taken/<slug:kind>/", views.taken, name="taken"),
    path("<int:pk>/wrong.csv", views.wrong_rows, name="wrong"),
    path("<int:pk>/<slug:verb>/", views.act, name="act"),
]
