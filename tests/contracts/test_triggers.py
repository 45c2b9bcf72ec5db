"""The tables of conventions whose rows the database keeps from being rewritten."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db


def test_every_append_only_operation_has_its_triggers() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
        guarded = {table for (table,) in cursor.fetchall()}
    assert {table for table in guarded if table.startswith("contracts_")} == {
        "contracts_addresschange",
        "contracts_avenant",
        "contracts_avenantcampaign",
        "contracts_avenantfact",
        "contracts_campaignclosing",
        "contracts_campaignlaunch",
        "contracts_conventionact",
        "contracts_conventionactevidence",
        "contracts_conventionjournalentry",
        "contracts_conventionnote",
        "contracts_deadlineset",
        "contracts_electronicsignature",
        "contracts_eliminatedthing",
        "contracts_elimination",
        "contracts_eliminationgivenup",
        "contracts_eliminationitem",
        "contracts_eliminationoutcome",
        "contracts_eliminationreport",
        "contracts_filedscan",
        "contracts_holdlift",
        "contracts_incomingletter",
        "contracts_interpretation",
        "contracts_issueddocument",
        "contracts_keptpair",
        "contracts_legalhold",
        "contracts_letterfiling",
        "contracts_letterpassage",
        "contracts_partnerdistinction",
        "contracts_partnersuccession",
        "contracts_planneddeadline",
        "contracts_power",
        "contracts_proposal",
        "contracts_proposalanswer",
        "contracts_proposalevidence",
        "contracts_publishedrulebook",
        "contracts_scanbatch",
        "contracts_scannedpage",
        "contracts_secondfactorreset",
        "contracts_signatorypower",
        "contracts_signedcopy",
        "contracts_sortedpage",
        "contracts_staffchange",
        "contracts_userscope",
        "contracts_voidedcopy",
    }
