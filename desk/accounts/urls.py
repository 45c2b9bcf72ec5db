from django.urls import URLPattern, URLResolver, path

from desk.accounts import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.waiting, name="accounts"),
    path("taches/<int:pk>/", views.task, name="directory_task"),
    path("remises/<int:pk>/", views.hand_over, name="hand_over"),
]
