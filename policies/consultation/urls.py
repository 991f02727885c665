from django.urls import path

from policies.consultation import views

app_name = "consultations"
urlpatterns = [
    path("", views.consultations, name="list"),
    path("<slug:slug>/", views.detail, name="detail"),
]
