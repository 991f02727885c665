from django.urls import path

from outreach.packages import desk_views as desk
from outreach.packages import partner_views as partner
from outreach.packages import views

app_name = "packs"
urlpatterns = [
    path("s/<str:code>/", views.page, name="page"),
    path("s/<str:code>/sheet/", views.sheet, name="sheet"),
    path("s/<str:code>/embed/", views.embed, name="embed"),
    path("packages/came/", views.came, name="came"),
    path("partner/packages/", partner.packages, name="owns"),
    path("partner/packages/<int:pk>/", partner.package, name="own"),
    path("partner/packages/<int:pk>/receive/", partner.receive, name="receive"),
    path("outreach/packages/", desk.versions, name="desk"),
    path("outreach/packages/new/", desk.new, name="new"),
    path("outreach/packages/<int:pk>/", desk.version, name="version"),
    path("outreach/packages/<int:pk>/add/", desk.add, name="add"),
    path("outreach/packages/<int:pk>/pieces/<int:piece>/<slug:act>/", desk.piece, name="piece"),
    path("outreach/packages/<int:pk>/hand-over/", desk.hand_over, name="hand-over"),
    path("outreach/packages/<int:pk>/reach/", desk.reach, name="reach"),
    path("outreach/packages/<int:pk>/<slug:verb>/", desk.act, name="act"),
]
