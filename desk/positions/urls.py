"""The pages of the positions de principe."""

from django.urls import URLPattern, URLResolver, path

from desk.positions import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.positions, name="positions"),
    path("<slug:code>/<slug:kind>/", views.position, name="position"),
]
