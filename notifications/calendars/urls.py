from django.urls import URLPattern, URLResolver, path

from notifications.calendars import views

urlpatterns: list[URLPattern | URLResolver] = [
    # The secret comes after the question mark: what is logged of a refusal stops before it.
    path("echeances.ics", views.calendar, name="calendar_feed"),
]
