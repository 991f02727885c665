from django.urls import path

from portal.demo import views

app_name = "demo"
urlpatterns = [
    path("", views.people, name="people"),
    path("sign-in/", views.sign_in, name="sign-in"),
    path("mail/", views.mailbox, name="mailbox"),
    path("mail/<uuid:uuid>/", views.mail, name="mail"),
]
