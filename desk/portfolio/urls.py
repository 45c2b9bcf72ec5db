"""The pages of the list of conventions."""

from django.urls import URLPattern, URLResolver, path

from desk.portfolio import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.conventions, name="conventions"),
]
