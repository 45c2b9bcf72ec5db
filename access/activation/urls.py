from django.urls import path

from access.activation import views

urlpatterns = [
    path("", views.choose, name="activation"),
    path("<str:token>/", views.link, name="activation_link"),
]
