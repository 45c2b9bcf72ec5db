from django.urls import URLPattern, URLResolver, path

from desk.connections import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.statistics, name="connections"),
    path("import/", views.take_in, name="import_connections"),
]
