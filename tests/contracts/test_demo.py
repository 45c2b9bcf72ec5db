"""The demonstration: the lives of its data files, told as text and loaded into a base."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count
from django.test import override_settings

from contracts.demonstration.loading import LoadingFailed, load
from contracts.demonstration.portfolio import FOLDER, PortfolioFault, played, read
from contracts.models import (
    Caisse,
    Convention,
    ConventionAct,
    ConventionJournalEntry,
    EvidenceFile,
    Partner,
    User,
    UserScope,
)
from workflows import clock
from workflows.french import NO_BREAK_SPACE

PORTFOLIO = read()
TODAY = date(2026, 11, 21)

# Counted by hand from the dates of the files, each a first day plus whole years.
SOURCE_CONVENTIONS = {
    "psu-msa-picardie": (2, date(2026, 1, 15), date(2027, 1, 14)),
    "psu-msa-armorique": (3, date(2026, 9, 20), date(2027, 9, 19)),
    "qf-msa-ardeche-drome-loire": (2, date(2026, 3, 14), date(2027, 3, 13)),
    "rsacg-msa-provence-azur": (3, date(2026, 7, 1), date(2027, 6, 30)),
    "mon-enfant-caf-pas-de-calais": (3, date(2026, 4, 19), date(2027, 4, 18)),
}

FICTITIOUS_STATES = {
    "notice-in-time": "notice_given",
    "notice-late": "active",
    "notice-grey-zone": "active",
    "formal-notice-cured": "active",
    "formal-notice-not-cured": "terminated",
    "draft": "draft",
    "sent-for-signature": "sent_for_signature",
    "awaiting-cnil": "signed",
    "limit-near": "active",
    "renews-soon": "active",
    "leap-day": "active",
    "grey-zone-decided": "notice_given",
    "to-qualify": "active",
    "countersignature-missing": "active",
    "formal-notice-running": "termination_pending",
    "ambiguous-cure": "termination_pending",
    "formal-notice-unclaimed": "termination_pending",
    "mutual-termination": "active",
    "access-suspended": "active",
    "force-majeure": "active",
    "avenant": "active",
    "expired": "expired",
    "closed": "closed",
    "abandoned": "abandoned",
}

DAYS = [TODAY, date(2026, 12, 31), date(2027, 3, 31), date(2027, 9, 1), date(2028, 2, 29)]


@pytest.fixture
def on_the_day() -> Iterator[None]:
    with clock.set_to(clock.start_of_day(TODAY) + timedelta(hours=10)):
        yield


@pytest.mark.parametrize("convention", PORTFOLIO.source_conventions, ids=lambda c: c.key)
def test_each_source_convention_is_in_the_period_the_law_gives_it(convention) -> None:
    timeline = played(PORTFOLIO, convention, TODAY)
    term = timeline.current_term
    assert timeline.state == "active"
    assert term is not None
    assert (term.number, term.first_day, term.last_day) == SOURCE_CONVENTIONS[convention.key]


@pytest.mark.parametrize("day", DAYS, ids=date.isoformat)
def test_each_fictitious_life_shows_what_it_was_written_for(day: date) -> None:
    timelines = {c.key: played(PORTFOLIO, c, day) for c in PORTFOLIO.fictitious_conventions}
    assert {key: timeline.state for key, timeline in timelines.items()} == FICTITIOUS_STATES
    blocking = {
        question.kind
        for timeline in timelines.values()
        for question in timeline.open_questions
        if question.blocking
    }
    assert blocking == {
        "grey_zone",
        "notice_to_qualify",
        "ambiguous_cure",
        "unclaimed_formal_notice",
    }
    assert [r for timeline in timelines.values() for r in timeline.refused] == []


def test_the_bodies_of_the_texts_live_through_signature_and_renewal_only() -> None:
    making = {
        "sent_for_signature",
        "deliberation",
        "prior_request",
        "document_date",
        "cnil",
        "signature",
    }
    kinds = {fact["kind"] for c in PORTFOLIO.source_conventions for fact in c.facts}
    assert kinds <= making
    named_by_the_texts = {"saint-just", "departement", "harnes"}
    assert named_by_the_texts.isdisjoint(c.partner for c in PORTFOLIO.fictitious_conventions)


def test_every_person_and_every_other_partner_is_plainly_fictitious() -> None:
    people = [
        *PORTFOLIO.users,
        *(caisse.director for caisse in PORTFOLIO.caisses),
        *(partner.signatory for partner in PORTFOLIO.partners),
    ]
    assert {person.last_name for person in people} == {"Exemple"}
    assert all(user.email.endswith(".example") for user in PORTFOLIO.users)
    for partner in PORTFOLIO.partners:
        if partner.key not in {"saint-just", "departement", "harnes"}:
            assert "xemple" in partner.name
            assert partner.siren[:7] in {"", "0000000"}


def test_the_demonstration_is_told_in_tables_of_a_hundred_columns() -> None:
    out = StringIO()
    with clock.set_to(clock.start_of_day(TODAY)):
        call_command("demo", stdout=out)
    lines = out.getvalue().splitlines()
    assert max(map(len, lines)) <= 100
    renewal = next(line for line in lines if line.startswith("15/01/2026"))
    assert renewal.split("  ")[:2] == ["15/01/2026", "Tacite reconduction, 2ᵉ période"]
    assert " 9-1 " in renewal
    text = " ".join(out.getvalue().replace(NO_BREAK_SPACE, " ").split())
    assert "La dénonciation est à temps (article 9-1)" in text
    assert "La dénonciation est tardive (article 9-2)" in text
    assert "Zone grise, à trancher par un juriste (article 9-1)" in text
    assert "Le manquement est réparé (article 9-2)" in text
    assert "Le délai est passé, la résiliation a pris effet (article 9-2)" in text


@pytest.mark.django_db
@pytest.mark.usefixtures("on_the_day")
def test_loading_twice_is_loading_once() -> None:
    counted = (Convention, ConventionAct, ConventionJournalEntry, EvidenceFile, Partner, User)
    out = StringIO()
    call_command("load_demo", stdout=out)
    first = [model.objects.count() for model in counted]
    assert first[0] == len(PORTFOLIO.conventions)
    assert "camille@demonstration.example" in out.getvalue()
    call_command("load_demo", stdout=out)
    assert [model.objects.count() for model in counted] == first

    loaded = Convention.objects.values_list("state", "term_last_day").order_by("number")
    timelines = [played(PORTFOLIO, c, TODAY) for c in PORTFOLIO.conventions]
    told = [(t.state, t.current_term and t.current_term.last_day) for t in timelines]
    assert sorted(loaded, key=str) == sorted(told, key=str)

    # Lived day by day: each renewal was believed on its own day, and each letter has its proof.
    for entry in ConventionJournalEntry.objects.filter(name="renew"):
        assert clock.civil_date(entry.believed_at) == entry.on
    letters = ConventionAct.objects.filter(kind="letter_posted").annotate(n=Count("evidence"))
    assert {letter.n for letter in letters} == {1}

    roles = set(UserScope.objects.values_list("role", flat=True))
    assert roles == set(UserScope.Role.values)
    legal = User.objects.get(email="maxence@demonstration.example")
    assert legal.check_password(PORTFOLIO.password)
    assert ConventionAct.objects.get(kind="decision").author == legal
    clerk = User.objects.get(email="sacha@demonstration.example")
    caisses = Caisse.objects.all()
    registered = {caisse: clerk.has_perm("access.do_directory_task", caisse) for caisse in caisses}
    assert {caisse.code for caisse, may in registered.items() if may} == {"CAF62"}

    call_command("cache", "verify", stdout=out)


@pytest.mark.django_db
@pytest.mark.usefixtures("on_the_day")
@override_settings(TACITE_DEMONSTRATION=False)
def test_it_is_refused_where_its_passwords_would_open_a_real_site() -> None:
    with pytest.raises(CommandError, match="mots de passe sont publics"):
        call_command("load_demo")
    assert not User.objects.exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("on_the_day")
def test_a_base_in_use_is_left_as_it_is() -> None:
    Partner.objects.create(name="Partenaire d’essai", kind="commune")
    out = StringIO()
    call_command("load_demo", stdout=out)
    assert "rien n’est chargé" in out.getvalue()
    assert Partner.objects.count() == 1
    assert not Convention.objects.exists()
    assert "Mot de passe" not in out.getvalue()


def _copied(folder: Path, change: Callable[[str], str]) -> Path:
    for file in FOLDER.glob("*.toml"):
        text = file.read_text(encoding="utf-8")
        (folder / file.name).write_text(change(text), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (('partner = "harnes"', 'partner = "ailleurs"'), "absent de bodies.toml"),
        (('role = "dpo"', 'role = "roi"'), "role"),
        (('code = "CAF62"', "code = CAF62"), "bodies.toml"),
        (('sites = ["Relais Petite Enfance « Les', 'sites = ["Autre « Les'), "structures absentes"),
    ],
)
def test_a_wrong_data_file_is_named_with_what_is_wrong(
    tmp_path: Path, wrong: tuple[str, str], said: str
) -> None:
    def change(text: str) -> str:
        # Only the first place: the partner's own sheet keeps, or loses, the name of its structure.
        return text.replace(*wrong, 1)

    with pytest.raises(PortfolioFault, match=said):
        read(_copied(tmp_path, change if "sites" not in wrong[0] else _only_in_lives(wrong)))


def _only_in_lives(wrong: tuple[str, str]) -> Callable[[str], str]:
    return lambda text: text.replace(*wrong) if "[[conventions]]" in text else text


def test_a_fact_that_cannot_be_read_is_named_with_its_life(tmp_path: Path) -> None:
    folder = _copied(tmp_path, lambda text: text.replace('kind = "cure"', 'kind = "curé"'))
    portfolio = read(folder)
    cured = next(c for c in portfolio.conventions if c.key == "formal-notice-cured")
    with pytest.raises(PortfolioFault, match=r"formal-notice-cured.*curé"):
        played(portfolio, cured, TODAY)


@pytest.mark.django_db
@pytest.mark.usefixtures("on_the_day")
def test_a_life_that_the_rules_refuse_loads_nothing(tmp_path: Path) -> None:
    closing, abandonment = 'kind = "closing"', 'kind = "abandonment", reason = "Essai."'
    folder = _copied(tmp_path, lambda text: text.replace(closing, abandonment))
    with pytest.raises(LoadingFailed, match="closed, Classement sans suite"):
        load(read(folder))
    assert not Partner.objects.exists()
