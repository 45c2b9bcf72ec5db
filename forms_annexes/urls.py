from django.urls import URLPattern, URLResolver, path

from forms_annexes.views import instruction, invitations, paper, signature, space

urlpatterns: list[URLPattern | URLResolver] = [
    path("espace/", space.home, name="space"),
    path("espace/conventions/<int:pk>/demande/", space.start, name="space_start"),
    path("espace/demandes/<int:pk>/", space.one, name="space_request"),
    path("espace/demandes/<int:pk>/etape/<int:number>/", space.step, name="space_step"),
    path("espace/demandes/<int:pk>/recapitulatif/", space.summary, name="space_summary"),
    path("espace/demandes/<int:pk>/feuille/", space.sheet, name="space_sheet"),
    path("espace/demandes/<int:pk>/retrait/", space.withdraw, name="space_withdraw"),
    path("espace/demandes/<int:pk>/pieces/", space.join_piece, name="space_join_piece"),
    path("espace/demandes/<int:pk>/pieces/<int:piece>/", space.piece, name="space_piece"),
    path("espace/demandes/<int:pk>/signature/", signature.choose, name="space_signature"),
    path(
        "espace/demandes/<int:pk>/signature/envoi-du-code/",
        signature.ask_code,
        name="space_signature_ask_code",
    ),
    path(
        "espace/demandes/<int:pk>/signature/code/", signature.by_code, name="space_signature_code"
    ),
    path(
        "espace/demandes/<int:pk>/signature/papier/", signature.by_hand, name="space_signature_hand"
    ),
    path(
        "espace/demandes/<int:pk>/signature/signataire/",
        signature.by_somebody_else,
        name="space_signature_other",
    ),
    path("signature/<str:token>/", signature.by_link, name="signature_link"),
    path("invitation/<str:token>/", invitations.invitation, name="invitation"),
    path("demandes/", instruction.waiting, name="instruction"),
    path("demandes/<int:pk>/", instruction.one, name="instruction_request"),
    path("demandes/<int:pk>/acceptation/", instruction.accept, name="instruction_accept"),
    path("demandes/<int:pk>/complement/", instruction.give_back, name="instruction_give_back"),
    path("demandes/<int:pk>/refus/", instruction.refuse, name="instruction_refuse"),
    path("demandes/<int:pk>/annexe/", paper.enter_again, name="instruction_enter_again"),
    path("demandes/<int:pk>/pieces/", instruction.join_piece, name="instruction_join_piece"),
    path("demandes/<int:pk>/pieces/<int:piece>/", instruction.piece, name="instruction_piece"),
    path("conventions/<int:pk>/demande-papier/", paper.enter, name="instruction_enter"),
    path("conventions/<int:pk>/invitation/", instruction.invite, name="instruction_invite"),
]
