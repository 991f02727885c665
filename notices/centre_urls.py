from django.urls import path

from notices import centre_views, channel_views

app_name = "outbox"
urlpatterns = [
    path("", centre_views.outbox, name="list"),
    path("channels/", channel_views.channels, name="channels"),
    path("channels/new/", channel_views.write, name="channel-new"),
    path("channels/<int:pk>/", channel_views.channel, name="channel"),
    path("channels/<int:pk>/edit/", channel_views.write, name="channel-edit"),
    path("channels/<int:pk>/secret/", channel_views.secret, name="channel-secret"),
    path("channels/<int:pk>/test/", channel_views.test, name="channel-test"),
    path("channels/<int:pk>/resend/", channel_views.send_again, name="channel-resend"),
    path("resend/", centre_views.send_all_again, name="resend-all"),
    path("<int:pk>/", centre_views.detail, name="detail"),
    path("<int:pk>/resend/", centre_views.send_again, name="resend"),
]
