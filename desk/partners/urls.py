"""The pages of the partners: all of them, one of them, and those that seem to be the same."""

from django.urls import URLPattern, URLResolver, path

from desk.partners import succession_views, twin_views, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.partners, name="partners"),
    path("doublons/", views.duplicates, name="partner_duplicates"),
    path("doublons/conventions/<int:pk>/<int:other>/", twin_views.twins, name="twin_conventions"),
    path("successions/<int:pk>/", succession_views.succession, name="succession"),
    path("<int:pk>/", views.partner, name="partner"),
    path("<int:pk>/successions/nouvelle/", succession_views.new_succession, name="new_succession"),
    path("<int:pk>/autre-que/<int:other>/", views.tell_apart, name="tell_partners_apart"),
    path("<int:pk>/delegations/<int:power>/", views.delegation, name="partner_delegation"),
]
