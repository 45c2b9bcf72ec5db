from django.urls import path

from access.lost_password import views

urlpatterns = [
    path("", views.ask, name="lost_password"),
    path("demande/", views.asked, name="lost_password_asked"),
]
