from django.urls import URLPattern, URLResolver, path

from desk.calendars import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.calendars, name="calendars"),
    path("<int:pk>/revocation/", views.revoke, name="revoke_calendar"),
]
