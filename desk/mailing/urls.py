from django.urls import URLPattern, URLResolver, path

from desk.mailing import address_views, catalogue_views, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.ledger, name="sent_messages"),
    path("<int:pk>/", views.message, name="sent_message"),
    path("<int:pk>/page/", views.page, name="sent_message_page"),
    path("adresses/", address_views.addresses, name="dead_addresses"),
    path("adresses/<int:pk>/", address_views.address, name="dead_address"),
    path("modeles/", catalogue_views.catalogue, name="message_kinds"),
    path("modeles/<slug:code>/", catalogue_views.kind, name="message_kind"),
    path("modeles/<slug:code>/page/", catalogue_views.page, name="message_kind_page"),
]
