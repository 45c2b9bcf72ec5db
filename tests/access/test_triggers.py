"""The tables of accesses whose rows the database keeps from being rewritten."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db


def test_what_is_written_once_for_all_is_guarded_whatever_migrations_came_after() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
        guarded = {table for (table,) in cursor.fetchall()}
    assert {table for table in guarded if table.startswith("access_")} == {
        "access_accountidentifier",
        "access_connectionevent",
        "access_connectionpurge",
        "access_decisionlog",
        "access_habilitationact",
        "access_habilitationactevidence",
        "access_habilitationjournalentry",
        "access_importrow",
        "access_printedletter",
    }
