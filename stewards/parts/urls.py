"""Parts of requests, below the request desk."""

from django.urls import path

from stewards.parts import views

urlpatterns = [
    path("parts/", views.parts, name="parts"),
    path("parts/<int:pk>/", views.part_page, name="part"),
    path("parts/<int:pk>/<slug:verb>/", views.act, name="part-act"),
    path("<str:number>/parts/", views.add, name="part-add"),
]
