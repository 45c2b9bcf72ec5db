"""Evidence in an object storage: the same promises as in a folder, on a server that speaks S3."""

import os
from collections.abc import Iterator
from io import StringIO
from typing import Any

import boto3
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from moto.server import ThreadedMotoServer

from contracts.models import Convention, EvidenceFile, User
from contracts.services.documents import content_of, convention_document, issue
from contracts.services.evidence import store_evidence
from settings import environment
from tests.forms_annexes.files import a_pdf

pytestmark = pytest.mark.django_db
BUCKET = "pieces"
PDF = a_pdf()


@pytest.fixture
def bucket(settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Iterator[Any]:
    """A bucket of its own on a local server, chosen by the variables that production reads."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    _, port = server.get_host_and_port()
    address = f"http://127.0.0.1:{port}"
    for name, value in {
        "AWS_ACCESS_KEY_ID": "essai",
        "AWS_SECRET_ACCESS_KEY": "essai",
        "TACITE_EVIDENCE_BUCKET": BUCKET,
        "TACITE_EVIDENCE_ENDPOINT": address,
        "TACITE_EVIDENCE_REGION": "eu-west-3",
    }.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("s3", endpoint_url=address, region_name="eu-west-3")
    client.create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-3"}
    )
    settings.STORAGES = settings.STORAGES | {"evidence": environment.evidence_storage(tmp_path)}
    # A field keeps the storage that the settings named when its model was made.
    field = EvidenceFile._meta.get_field("file")
    monkeypatch.setattr(field, "storage", storages["evidence"])
    yield client
    for stored in client.list_objects_v2(Bucket=BUCKET).get("Contents", ()):
        client.delete_object(Bucket=BUCKET, Key=stored["Key"])
    client.delete_bucket(Bucket=BUCKET)
    server.stop()


def test_a_document_is_issued_and_given_out_from_the_bucket(
    bucket: Any, convention: Convention, agent: User
) -> None:
    issued = issue(convention, convention_document(convention), agent)
    [stored] = bucket.list_objects_v2(Bucket=BUCKET)["Contents"]
    assert stored["Key"] == issued.file.file.name
    assert content_of(issued).startswith(b"%PDF-")


def test_an_object_has_no_address(bucket: Any, agent: User) -> None:
    row = store_evidence(ContentFile(PDF), "lettre.pdf", agent)
    with pytest.raises(ValueError, match="n’a pas d’adresse"):
        _ = row.file.url
    grants = bucket.get_object_acl(Bucket=BUCKET, Key=row.file.name)["Grants"]
    assert all("URI" not in grant["Grantee"] for grant in grants)


def test_a_lost_and_a_changed_object_are_found(bucket: Any, agent: User) -> None:
    lost, changed = (store_evidence(ContentFile(PDF), "lettre.pdf", agent) for _ in range(2))
    bucket.delete_object(Bucket=BUCKET, Key=lost.file.name)
    bucket.put_object(Bucket=BUCKET, Key=changed.file.name, Body=b"%PDF-1.7 autre")
    out = StringIO()
    with pytest.raises(CommandError, match=r"2\sfichiers"):
        call_command("documents", "verify", stdout=out)
    assert "manque" in out.getvalue()
    assert "n’est plus celui" in out.getvalue()


def test_without_a_bucket_files_stay_in_the_folder(tmp_path: Any) -> None:
    assert "TACITE_EVIDENCE_BUCKET" not in os.environ
    chosen = environment.evidence_storage(tmp_path)
    assert chosen["OPTIONS"] == {"location": tmp_path}
    assert storages.create_storage(chosen).exists("rien") is False
