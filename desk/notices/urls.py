from django.urls import URLPattern, URLResolver, path

from desk.notices import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.notices, name="notices"),
    path("tout-lu/", views.all_read, name="notices_all_read"),
    path("reglages/", views.preferences, name="notice_preferences"),
    path("<int:pk>/", views.notice, name="notice"),
    path("<int:pk>/non-lu/", views.unread_again, name="notice_unread"),
]
