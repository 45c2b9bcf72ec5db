from django.urls import URLPattern, URLResolver, path

from desk.as_of import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("conventions/au/", views.conventions, name="conventions_as_of"),
    path("conventions/<int:pk>/au/", views.convention, name="convention_as_of"),
]
