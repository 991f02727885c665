from django.urls import path

from notices import centre_views

app_name = "outbox"
urlpatterns = [
    path("", centre_views.outbox, name="list"),
    path("<int:pk>/", centre_views.detail, name="detail"),
    path("<int:pk>/resend/", centre_views.send_again, name="resend"),
]
