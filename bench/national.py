"""A national portfolio of any size, made by the database itself: every caisse, state and type.

No act is written: the list reads cached columns, and nothing of this is replayed. Names, dates and
states are drawn under a fixed seed; the caisses differ in size, and the words are those that the
service would have kept.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection

from contracts.models import Caisse, Convention, Partner, PublishedRulebook
from contracts.services.rulebooks import publish
from templates_conventions.catalogue import rulebooks

CAISSES = 35
TODAY = date(2026, 11, 22)
PARTNERS_FOR = 3
"""Conventions a partner, on average."""

_PARTNERS = """
INSERT INTO contracts_partner (id, name, kind, siren, siret, address, email)
SELECT n, 'Commune d’Exempleville-' || n, 'commune', lpad((100000000 + n)::text, 9, '0'), '', '', ''
FROM generate_series(1, %(partners)s) n
"""

_CONVENTIONS = """
INSERT INTO contracts_convention (
    id, caisse_id, partner_id, number, rulebook_code, pinned_id, created_at, state, as_of,
    next_change_on, open_questions, revision, engine_version, sweep_error, snapshot,
    effect_on, term_number, term_first_day, term_last_day, last_day_in_force, end_cause
)
SELECT
    n, caisse, 1 + (random() * (%(partners)s - 1))::int,
    'MESURE' || caisse || '-' || (2018 + n %% 8) || '-' || lpad(n::text, 7, '0'),
    (%(codes)s::text[])[type],
    CASE WHEN state <> 'draft' THEN (%(pinned)s::int[])[type] END,
    now(), state, %(today)s::date,
    CASE WHEN living THEN %(today)s::date + left_days + 1 END,
    CASE WHEN living AND random() < 0.02 THEN 1 ELSE 0 END,
    3, '1', '',
    CASE WHEN living THEN repeat(md5(n::text), %(snapshot)s) ELSE '' END,
    CASE WHEN living OR state = 'expired' THEN %(today)s::date + left_days - 729 END,
    CASE WHEN living OR state = 'expired' THEN 2 END,
    CASE WHEN living OR state = 'expired' THEN %(today)s::date + left_days - 364 END,
    CASE WHEN living OR state = 'expired' THEN %(today)s::date + left_days END,
    CASE WHEN state = 'expired' THEN %(today)s::date - 1
         WHEN state IN ('notice_given', 'termination_pending') THEN %(today)s::date + left_days END,
    CASE WHEN state = 'expired' OR state IN ('notice_given', 'termination_pending')
         THEN 'notice' ELSE '' END
FROM (
    SELECT n, caisse, type, state, left_days,
        state IN ('active', 'notice_given', 'termination_pending') AS living
    FROM (
        SELECT n,
            %(first_caisse)s + floor(%(caisses)s * random() * random())::int AS caisse,
            1 + floor(array_length(%(codes)s::text[], 1) * random())::int AS type,
            (ARRAY['draft', 'sent_for_signature', 'notice_given', 'notice_given',
                   'termination_pending', 'expired', 'expired', 'active', 'active', 'active',
                   'active', 'active', 'active', 'active', 'active', 'active', 'active', 'active',
                   'active', 'active'])[1 + floor(20 * random())::int] AS state,
            floor(364 * random())::int AS left_days
        FROM generate_series(1, %(size)s) n
    ) drawn
) dated
"""

_WORDS = """
INSERT INTO contracts_conventionword (convention_id, word)
SELECT id, word FROM contracts_convention, LATERAL (
    SELECT DISTINCT unnest(ARRAY[
        'mesure' || caisse_id, split_part(number, '-', 2), id::text,
        replace(lower(number), '-', ''), replace(substr(number, 1 + strpos(number, '-')), '-', ''),
        'commune', 'exempleville', partner_id::text, (100000000 + partner_id)::text,
        'prenom' || id %% 211, 'nom' || id %% 49999, 'nom' || id %% 30011
    ]) AS word
) words
"""


def made(size: int) -> list[Caisse]:
    """Make ``size`` conventions; the caisses, the first the largest, the last the smallest."""
    pinned = [publish(one)[0] for one in rulebooks().values()]
    caisses = Caisse.objects.bulk_create(
        Caisse(code=f"MESURE{number}", name=f"Caisse de mesure {number}")
        for number in range(CAISSES)
    )
    values = {
        "size": size,
        "partners": max(1, size // PARTNERS_FOR),
        "caisses": CAISSES,
        "first_caisse": caisses[0].pk,
        "codes": [one.code for one in pinned],
        "pinned": [one.pk for one in pinned],
        "today": TODAY,
        "snapshot": 20,
    }
    _run("SELECT setseed(0.5)")
    for statement in (_PARTNERS, _CONVENTIONS, _WORDS):
        _run(statement, values)
    _run("VACUUM ANALYZE")
    assert Partner.objects.exists()
    assert Convention.objects.count() == size
    assert PublishedRulebook.objects.exists()
    return list(caisses)


def _run(statement: str, values: dict[str, Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
