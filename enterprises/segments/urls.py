from django.urls import path

from enterprises.segments import tag_views, views

app_name = "segments"
urlpatterns = [
    path("", views.segments, name="list"),
    path("new/", views.new, name="new"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/retire/", views.retire, name="retire"),
    path("<int:pk>/tag/", tag_views.bulk, name="bulk-tag"),
    path("tags/", tag_views.tags, name="tags"),
    path("tags/<int:pk>/", tag_views.tag, name="tag"),
    path("tags/enterprises/<int:pk>/", tag_views.enterprise, name="enterprise"),
]
