"""Why a request goes back or is refused: closed lists, so that what is missing is said exactly."""

from __future__ import annotations

from django.db import models


class ReturnReason(models.TextChoices):
    """What is missing, as the partner reads it."""

    INCOMPLETE = "incomplete", "Le formulaire est incomplet"
    UNSIGNED = "unsigned", "Le formulaire n’est pas signé"
    WRONG_SIGNATORY = "wrong_signatory", "Le signataire n’a pas qualité pour signer : à régulariser"
    DELEGATION = "delegation", "La délégation de signature manque ou ne convient pas"
    UNREADABLE = "unreadable", "La pièce jointe est illisible"
    GENERIC_ADDRESS = "generic_address", "L’adresse électronique n’est pas celle d’une personne"
    WRONG_STRUCTURE = "wrong_structure", "La structure n’est pas celle de la convention"
    OTHER = "other", "Autre pièce ou précision"


class RefusalReason(models.TextChoices):
    """Why a named user is refused, as the partner reads it."""

    NOT_STAFF = "not_staff", "La personne ne relève pas de la structure"
    NOT_ENTITLED = "not_entitled", "La fonction n’ouvre pas droit à cet accès"
    ALREADY = "already", "La personne a déjà cet accès"
    NOT_COVERED = "not_covered", "La convention ne couvre pas cette demande"
    OTHER = "other", "Autre motif"
