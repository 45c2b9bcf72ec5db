from django.urls import URLPattern, URLResolver, path

from desk.deadlines import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.listed, name="deadlines"),
    path("mois/", views.month, name="deadlines_month"),
    path("chronologie/", views.course, name="deadlines_course"),
    path("charge/", views.workload, name="deadlines_workload"),
]
