"""The evidence file of a convention, made when it is asked for."""

from __future__ import annotations

import logging
from tempfile import SpooledTemporaryFile

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_POST

from contracts.services import dispute_file
from desk.document_views import EXPORT
from desk.views import visible_convention
from ui.attachments import attachment

logger = logging.getLogger(__name__)

IN_MEMORY = 8 * 1024 * 1024
"""Bytes beyond which the archive goes through a temporary file."""


@require_POST
def evidence_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Everything that proves what the convention became, as one ZIP."""
    convention = visible_convention(request, pk)
    if not request.user.has_perm(EXPORT, convention):
        raise PermissionDenied
    # The response closes it, and the system forgets it then.
    archive = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    done = dispute_file.write(convention, archive)
    logger.info(
        "Dossier de preuve de la convention %s : %s fichiers, %s à signaler, pour le compte %s.",
        convention.pk,
        len(done.filed),
        len(done.problems),
        request.user.pk,
    )
    archive.seek(0)
    return attachment(archive, dispute_file.file_name(convention), "application/zip")
