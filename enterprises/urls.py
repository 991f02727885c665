from django.urls import path

from enterprises import views

app_name = "enterprises"
urlpatterns = [
    path("", views.profile, name="profile"),
    path("claim/", views.claim, name="claim"),
    path("people/", views.people, name="people"),
    path("people/<int:pk>/remove/", views.remove, name="remove"),
    path("invitations/<int:pk>/revoke/", views.revoke, name="revoke"),
    path("join/<str:token>/", views.invitation, name="invitation"),
    path("profile/<slug:step>/", views.step, name="step"),
]
