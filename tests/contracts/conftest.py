import pytest
from django.core.files.base import ContentFile

from contracts.models import EvidenceFile
from contracts.services.evidence import store_evidence
from tests.forms_annexes.files import a_pdf
from tests.portfolio import agent, caisse, convention, draft, partner, today, yearly

__all__ = ["agent", "caisse", "convention", "draft", "partner", "today", "yearly"]


@pytest.fixture
def evidence_file(db: None) -> EvidenceFile:
    return store_evidence(ContentFile(a_pdf()), "courrier.pdf", None)
