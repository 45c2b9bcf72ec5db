"""The pages of the campaigns of avenants."""

from django.urls import URLPattern, URLResolver, path

from desk.campaigns import acting_views, exports, opening_views, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("campagnes/", views.campaigns, name="campaigns"),
    path("campagnes/<int:pk>/", views.campaign, name="campaign"),
    path("campagnes/<int:pk>/dates.csv", exports.moves_csv, name="campaign_moves"),
    path("campagnes/<int:pk>/suivi.csv", exports.lines_csv, name="campaign_lines"),
    path("campagnes/<int:pk>/lancement/", acting_views.launch, name="launch_campaign"),
    path("campagnes/<int:pk>/lignes/", acting_views.tell, name="tell_campaign_lines"),
    path("campagnes/<int:pk>/cloture/", acting_views.close, name="close_campaign"),
    path(
        "modeles/<slug:code>/<int:version>/campagne/",
        opening_views.open_one,
        name="open_campaign",
    ),
]
