from django.urls import URLPattern, URLResolver, path

from desk.what_if import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.what_if, name="what_if"),
]
