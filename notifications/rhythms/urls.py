from django.urls import URLPattern, URLResolver, path

from notifications.rhythms import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("<str:token>/", views.unsubscribing, name="unsubscribe"),
]
