"""The pages of the questions for lawyers."""

from django.urls import URLPattern, URLResolver, path

from desk.questions import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("questions/", views.questions, name="questions"),
    path(
        "conventions/<int:pk>/questions/<str:identity>/lectures/", views.question, name="question"
    ),
    path(
        "conventions/<int:pk>/questions/<str:identity>/reouverture/",
        views.reopen,
        name="reopen_question",
    ),
]
