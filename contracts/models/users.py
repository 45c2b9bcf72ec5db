"""Who signs in, and for which caisse, in which role, over which period."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from contracts.models.periods import Period
from workflows.french import NO_BREAK_SPACE


class UserManager(BaseUserManager["User"]):
    """Makes users; e-mail addresses are kept in lower case."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Store a new user; without `password` the account cannot sign in with one."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Store a user who may do everything, for the commands of Django."""
        return self.create_user(email, password, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in with an e-mail address.

    Written in logs and journals by its number only.
    """

    email = models.EmailField("adresse électronique")
    first_name = models.CharField("prénom", max_length=150, blank=True)
    last_name = models.CharField("nom", max_length=150, blank=True)
    is_active = models.BooleanField("compte actif", default=True)
    created_at = models.DateTimeField("créé le", auto_now_add=True)
    erased_at = models.DateTimeField("effacé le", null=True, blank=True)
    visit_ended_at = models.DateTimeField("visite guidée terminée le", null=True, blank=True)
    """From then on, the guided visit of the demonstration is no longer proposed."""

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    objects = UserManager()

    class Meta:
        verbose_name = "utilisateur"
        constraints = [
            models.UniqueConstraint(
                fields=["email"],
                name="contracts_user_email_unique",
                violation_error_message="Cette adresse électronique a déjà un compte.",
            ),
            # Stored in lower case, so that uniqueness does not depend on how it was typed.
            models.CheckConstraint(
                condition=~Q(email="") & Q(email=Lower("email")),
                name="contracts_user_email_in_lower_case",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True)
                | Q(first_name="", last_name="", is_active=False, email__endswith=".invalid"),
                name="contracts_user_erased_is_empty",
            ),
        ]

    def __str__(self) -> str:
        return f"utilisateur {self.pk}"

    def get_full_name(self) -> str:
        """First and last name for the screens; the address when neither is known."""
        if self.erased_at is not None:
            return f"Personne effacée n°{NO_BREAK_SPACE}{self.pk}"
        return f"{self.first_name} {self.last_name}".strip() or self.email


class UserScope(Period):
    """What a user may do for one caisse, from one day to another."""

    class Role(models.TextChoices):
        BACK_OFFICE_AGENT = "back_office_agent", "Gestionnaire"
        LEGAL_OFFICER = "legal_officer", "Juriste"
        DIRECTOR = "director", "Direction"
        DPO = "dpo", "Délégué à la protection des données"
        ADMINISTRATOR = "administrator", "Administrateur"
        AUDITOR = "auditor", "Auditeur"

    user = models.ForeignKey(User, models.PROTECT, related_name="scopes")
    caisse = models.ForeignKey("contracts.Caisse", models.PROTECT, related_name="user_scopes")
    role = models.CharField("rôle", max_length=30, choices=Role)
    services = models.JSONField(
        "services", default=list, blank=True, help_text="Codes des services ; vide : tous."
    )

    class Meta(Period.Meta):
        verbose_name = "périmètre d’un utilisateur"
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(
                condition=Q(
                    role__in=[
                        "back_office_agent",
                        "legal_officer",
                        "director",
                        "dpo",
                        "administrator",
                        "auditor",
                    ]
                ),
                name="contracts_userscope_role_known",
            ),
            models.UniqueConstraint(
                fields=["user", "caisse", "role"],
                condition=Q(last_day__isnull=True),
                name="contracts_userscope_one_open",
                violation_error_message="Ce rôle est déjà attribué sans date de fin.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, utilisateur {self.user_id}, caisse {self.caisse_id}"
