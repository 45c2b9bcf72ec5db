"""Why a request goes back or is refused: closed lists, so that what is missing is said exactly."""

from __future__ import annotations

from django.db import models


class ReturnReason(models.TextChoices):
    """What is missing, as the partner reads it."""

    INCOMPLETE = "incomplete", "Le formulaire est incomplet"
    UNSIGNED = "unsigned", "Le formulaire n’est pas signé"
    UNKNOWN_ORIGIN = "unknown_origin", "Rien ne dit de qui vient le formulaire"
    WRONG_SIGNATORY = "wrong_signatory", "Le signataire n’a pas qualité pour signer : à régulariser"
    DELEGATION = "delegation", "La délégation de signature manque ou ne convient pas"
    PREREQUISITE = "prerequisite", "La pièce à donner avant toute demande manque"
    UNREADABLE = "unreadable", "La pièce jointe est illisible"
    GENERIC_ADDRESS = "generic_address", "L’adresse électronique n’est pas celle d’une personne"
    WRONG_STRUCTURE = "wrong_structure", "La structure n’est pas celle de la convention"
    TO_CORRECT = "to_correct", "Une réponse est à reprendre"
    OTHER = "other", "Autre pièce ou précision"


SIGNATURE_REASONS = frozenset({ReturnReason.UNSIGNED, ReturnReason.WRONG_SIGNATORY})
"""Reasons that are about the signature: what the signatory says of himself may then change."""

PIECE_REASONS = frozenset(
    {ReturnReason.DELEGATION, ReturnReason.PREREQUISITE, ReturnReason.UNREADABLE}
)
"""Reasons that are about a paper alone."""


class RefusalReason(models.TextChoices):
    """Why a named user is refused, as the partner reads it."""

    NOT_STAFF = "not_staff", "La personne ne relève pas de la structure"
    NOT_ENTITLED = "not_entitled", "La fonction n’ouvre pas droit à cet accès"
    ALREADY = "already", "La personne a déjà cet accès"
    GONE = "gone", "La personne n’a plus cet accès"
    NOT_COVERED = "not_covered", "La convention ne couvre pas cette demande"
    OUTSIDE_PROFILES = "outside_profiles", "La fonction est hors des profils de la convention"
    NOT_LISTED = "not_listed", "La personne n’est pas dans la liste annexée à la convention"
    OTHER = "other", "Autre motif"
