from django.urls import URLPattern, URLResolver, path

from notifications import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.messages, name="demo_messages"),
    path("<int:pk>/", views.message, name="demo_message"),
]
