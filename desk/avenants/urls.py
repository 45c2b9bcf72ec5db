from django.urls import URLPattern, URLResolver, path

from desk.avenants import preparation_views, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("avenants/nouveau/", preparation_views.choose, name="choose_avenant"),
    path("avenants/nouveau/<slug:code>/", preparation_views.prepare, name="prepare_avenant"),
    path("avenants/<int:number>/", views.avenant, name="avenant"),
    path("avenants/<int:number>/texte/", views.text, name="avenant_text"),
    path("avenants/<int:number>/envoi/", views.send, name="send_avenant"),
    path("avenants/<int:number>/signature/", views.sign, name="sign_avenant"),
    path("avenants/<int:number>/refus/", views.refuse, name="refuse_avenant"),
    path("avenants/<int:number>/copies/", views.confirm_copies, name="confirm_avenant_copies"),
    path("avenants/<int:number>/classement/", views.abandon, name="abandon_avenant"),
    path("texte-consolide/", views.consolidated_text, name="consolidated_text"),
]
