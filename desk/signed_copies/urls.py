from django.urls import URLPattern, URLResolver, path

from desk.signed_copies import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.signed_copies, name="signed_copies"),
    path("depot/<int:issued>/", views.deposit_copy, name="deposit_copy"),
    path("numerisations/<int:scan>/", views.scan_file, name="scan_file"),
    path("numerisations/<int:scan>/signature/", views.tell_scan, name="tell_scan"),
    path("<int:copy>/", views.copy_file, name="copy_file"),
]
