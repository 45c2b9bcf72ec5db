"""The pages of the partners: all of them, one of them, and those that seem to be the same."""

from django.urls import URLPattern, URLResolver, path

from desk.partners import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.partners, name="partners"),
    path("doublons/", views.duplicates, name="partner_duplicates"),
    path("<int:pk>/", views.partner, name="partner"),
    path("<int:pk>/autre-que/<int:other>/", views.tell_apart, name="tell_partners_apart"),
    path("<int:pk>/delegations/<int:power>/", views.delegation, name="partner_delegation"),
]
