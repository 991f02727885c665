"""The lists that requests are sorted by, in the service centre."""

from django.urls import path

from stewards.relations import centre_views

urlpatterns = [
    path("categories/", centre_views.categories, name="categories"),
    path("categories/<int:pk>/", centre_views.category, name="category"),
    path("tags/", centre_views.tags, name="tags"),
    path("tags/<int:pk>/", centre_views.tag, name="tag"),
    path("steps/", centre_views.usual_steps, name="usual-steps"),
]
