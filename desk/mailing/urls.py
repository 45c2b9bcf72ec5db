from django.urls import URLPattern, URLResolver, path

from desk.mailing import catalogue_views

urlpatterns: list[URLPattern | URLResolver] = [
    path("modeles/", catalogue_views.catalogue, name="message_kinds"),
    path("modeles/<slug:code>/", catalogue_views.kind, name="message_kind"),
    path("modeles/<slug:code>/page/", catalogue_views.page, name="message_kind_page"),
]
