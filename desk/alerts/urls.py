"""The pages of the alerts: when deadlines are announced, and those that passed unannounced."""

from django.urls import URLPattern, URLResolver, path

from desk.alerts import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.ladders_of_caisses, name="reminder_settings"),
    path("reglages/<slug:code>/", views.change, name="change_reminders"),
    path("manquees/", views.unwarned, name="unwarned_deadlines"),
    path("manquees/<int:pk>/", views.look, name="unwarned_deadline"),
]
