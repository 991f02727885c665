from django.urls import path

from enterprises.records import views

app_name = "records"
urlpatterns = [
    path("", views.records, name="list"),
    path("<int:pk>/standing/", views.stand, name="standing"),
    path("<int:pk>/head/", views.head, name="head"),
    path("<int:pk>/merge/", views.find, name="find"),
    path("<int:pk>/merge/<int:other>/", views.merge, name="merge"),
    path("merges/<int:pk>/undo/", views.split, name="split"),
]
