from django.urls import URLPattern, URLResolver, path

from desk.scanning import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.batches, name="scan_batches"),
    path("<int:pk>/", views.batch, name="scan_batch"),
    path("<int:pk>/classement/", views.file_pages, name="file_scanned_pages"),
    path("<int:pk>/original/", views.batch_file, name="scan_batch_file"),
    path("<int:pk>/pages/<int:number>.jpg", views.page_picture, name="scanned_page"),
]
