from django.urls import URLPattern, URLResolver, path

from desk.letters import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.letters, name="letters"),
    path("<slug:code>/", views.write_letter, name="write_letter"),
]
