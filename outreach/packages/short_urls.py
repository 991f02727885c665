"""What is printed and read aloud: addresses without a language."""

from django.urls import path

from outreach.packages import views

app_name = "short"
urlpatterns = [
    path("s/<str:code>.svg", views.code_picture, name="package-code"),
    path("s/<str:code>/", views.short, name="package"),
]
