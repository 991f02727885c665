"""What follows from ratings: the link to rate, ratings put right, figures, obstacles, and “You said, we did”."""

from django.urls import path

from stewards.rating import figures_views, link_views, obstacle_views, rectify_views

app_name = "rating"
urlpatterns = [
    path("rate/<str:token>/", link_views.rate, name="link"),
    path("rectifications/", rectify_views.rectifications, name="rectifications"),
    path("rectifications/<int:pk>/", rectify_views.rectification, name="rectification"),
    path("figures/", figures_views.page, name="figures"),
    path("figures/file.csv", figures_views.file, name="figures-file"),
    path("obstacles/", obstacle_views.obstacles, name="obstacles"),
    path("obstacles/new/", obstacle_views.new, name="obstacle-new"),
    path("obstacles/<int:pk>/", obstacle_views.obstacle, name="obstacle"),
    path("you-said-we-did/", obstacle_views.public, name="public"),
]
