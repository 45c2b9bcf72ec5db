"""A national portfolio of any size, made by the database itself: every caisse, state and type.

No act is written but those of a few conventions: lists read cached columns, and replay nothing.
Names, dates and states are drawn under a fixed seed; the caisses differ in size. Words, questions
and sets of deadlines are those that the services would have kept: conventions of one type, state
and last day share a set, as they do where the engine plans it.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection

from contracts.models import Caisse, Convention, Partner, PublishedRulebook
from contracts.services.rulebooks import publish
from templates_conventions.catalogue import rulebooks
from workflows.question_kinds import QUESTION_KINDS

CAISSES = 35
TODAY = date(2026, 11, 22)
PARTNERS_FOR = 3
"""Conventions a partner, on average."""

_PARTNERS = """
INSERT INTO contracts_partner (id, name, kind, siren, siret, address, email)
SELECT n, 'Commune d’Exempleville-' || n, 'commune', lpad((100000000 + n)::text, 9, '0'), '', '', ''
FROM generate_series(1, %(partners)s) n
"""

_ENDS = """
SELECT md5(type || state || left_days)::uuid AS id, state, %(today)s::date + left_days AS last_day
FROM generate_series(1, array_length(%(codes)s::text[], 1)) type,
    unnest(ARRAY['active', 'notice_given', 'termination_pending']) state,
    generate_series(0, 363) left_days
"""

_SETS = f"INSERT INTO contracts_deadlineset (id) SELECT id FROM ({_ENDS}) ends"

_DEADLINES = f"""
INSERT INTO contracts_planneddeadline (
    set_id, number, kind, title, due_on, last_working_day, article, renewals, other_reading
)
SELECT id, row_number() OVER (PARTITION BY id ORDER BY due_on, kind), kind, title, due_on,
    due_on - CASE extract(isodow FROM due_on) WHEN 6 THEN 1 WHEN 7 THEN 2 ELSE 0 END,
    article, renewals, false
FROM ({_ENDS}) ends, LATERAL (
    SELECT 'notice_limit' AS kind, 'Dernier jour d’envoi d’une dénonciation' AS title,
        (last_day + n * interval '1 year' - interval '3 months')::date AS due_on,
        'article 6' AS article, n AS renewals
    FROM generate_series(0, 3) n WHERE state = 'active'
    UNION ALL
    SELECT 'term_end', 'Dernier jour de la période',
        (last_day + n * interval '1 year')::date, 'article 6', n
    FROM generate_series(0, 3) n WHERE state <> 'notice_given' OR n = 0
    UNION ALL
    SELECT 'breach_end', 'Fin du délai de trente jours',
        %(today)s::date + (last_day - %(today)s::date) %% 30, 'article 7', 0
    WHERE state = 'termination_pending'
) dated
"""

_CONVENTIONS = """
INSERT INTO contracts_convention (
    id, caisse_id, partner_id, number, rulebook_code, pinned_id, created_at, state, as_of,
    next_change_on, open_questions, revision, engine_version, sweep_error, snapshot,
    effect_on, deadline_set_id, term_number, term_first_day, term_last_day, last_day_in_force,
    end_cause
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
    CASE WHEN living THEN md5(type || state || left_days)::uuid END,
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

_QUESTIONS = """
INSERT INTO contracts_openquestion (
    convention_id, identity, kind, blocking, raised_on, matters_on, answer
)
SELECT id, %(question)s || ':' || id, %(question)s, id %% 2 = 0, %(today)s::date - 5,
    term_last_day, ''
FROM contracts_convention WHERE open_questions = 1
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
        "question": next(iter(QUESTION_KINDS)),
    }
    _run("SELECT setseed(0.5)")
    for statement in (_PARTNERS, _SETS, _DEADLINES, _CONVENTIONS, _QUESTIONS, _WORDS):
        _run(statement, values)
    for table in ("partner", "convention", "openquestion", "planneddeadline"):
        _run(f"SELECT setval('contracts_{table}_id_seq', max(id)) FROM contracts_{table}")
    _run("VACUUM ANALYZE")
    assert Partner.objects.exists()
    assert Convention.objects.count() == size
    assert PublishedRulebook.objects.exists()
    return list(caisses)


def _run(statement: str, values: dict[str, Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
