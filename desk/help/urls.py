"""The help pages: the guide, its words, its pictures."""

from django.urls import URLPattern, URLResolver, path

from desk.help import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.contents, name="help"),
    path("mots/", views.words, name="help_words"),
    path("images/<slug:name>.png", views.guide_picture, name="help_picture"),
    path("<slug:slug>/", views.one, name="help_page"),
]
