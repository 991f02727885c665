from django.urls import path

from enterprises import centre_views

app_name = "claims"
urlpatterns = [
    path("", centre_views.claims, name="list"),
    path("<int:pk>/", centre_views.claim, name="detail"),
]
