"""The pages of the lists of users to confirm."""

from django.urls import URLPattern, URLResolver, path

from desk.reviews import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.reviews, name="reviews"),
    path("<int:pk>/", views.review, name="review"),
    path("<int:pk>/piece/", views.proof, name="review_proof"),
]
