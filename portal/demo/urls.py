from django.urls import path

from portal.demo import messenger, views

app_name = "demo"
urlpatterns = [
    path("", views.people, name="people"),
    path("sign-in/", views.sign_in, name="sign-in"),
    path("messenger/", messenger.messenger, name="messenger"),
    path("messenger/take/", messenger.take, name="messenger-take"),
    path("mail/", views.mailbox, name="mailbox"),
    path("mail/<uuid:uuid>/", views.mail, name="mail"),
]
