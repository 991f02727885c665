"""What is printed on leaflets: addresses without a language."""

from django.urls import path

from outreach.points import views

app_name = "printed"
urlpatterns = [
    path("m/<str:code>.svg", views.code_picture, name="code"),
    path("m/<str:code>/", views.short, name="edition"),
]
