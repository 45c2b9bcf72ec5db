"""What waits is recalled at 15 and 30 days, and lapses only where the caisse says so."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client

from contracts.models import Caisse, Convention, User
from forms_annexes.models import AccessRequest, RequestReminder
from forms_annexes.services import filling, instructing, signing
from forms_annexes.services.lapsed import take_up_again
from forms_annexes.services.moving import RequestRefused, open_task
from forms_annexes.services.request_reminders import Done, run
from forms_annexes.waiting_policy import WaitingSettingWrong, setting_of
from notifications.models import Message
from workflows import clock

pytestmark = pytest.mark.django_db

Move = Callable[[str], None]
Mail = Callable[[str], list[Any]]
Browse = Callable[[User], Client]


def goes_on(day: str, today: Move) -> Done:
    """Do the work of a day."""
    today(day)
    return run(clock.today())


def reminders_to(address: str, mail_to: Mail) -> list[Any]:
    return [one for one in mail_to(address) if one.subject.startswith("Rappel")]


@pytest.fixture
def returned(request_draft: AccessRequest, director: User, clerk: User) -> AccessRequest:
    """A request given back on 1 February 2024 for want of a delegation."""
    filling.send(request_draft, director)
    signing.write_signature(request_draft, "code", clock.today(), director)
    filling.send(request_draft, director)
    return instructing.give_back(request_draft, clerk, ["delegation"], "La décision du maire.")


@pytest.fixture
def submitted(request_draft: AccessRequest, director: User, clerk: User) -> AccessRequest:
    """A request that waits for the caisse since 1 February 2024."""
    filling.send(request_draft, director)
    signing.write_signature(request_draft, "code", clock.today(), director)
    return filling.send(request_draft, director)


@pytest.fixture
def lapsing(caisse: Caisse) -> Caisse:
    """A caisse that closes after three months what nobody completes."""
    caisse.settings = {"request_reminders": {"lapse_after": "P3M"}}
    caisse.save()
    return caisse


# The partner.


def test_a_request_given_back_is_recalled_at_fifteen_and_thirty_days(
    returned: AccessRequest, today: Move
) -> None:
    days = ("2024-02-15", "2024-02-16", "2024-02-17", "2024-03-01", "2024-03-02", "2024-06-01")
    assert [goes_on(day, today).partners for day in days] == [0, 1, 0, 0, 1, 0]


def test_the_reminder_says_what_is_missing_and_names_nobody_in_its_subject(
    returned: AccessRequest, director: User, today: Move, mail_to: Mail
) -> None:
    goes_on("2024-02-16", today)
    [told] = reminders_to(director.email, mail_to)
    assert told.subject.replace("\u00a0", " ").endswith(f"{returned.number} vous attend")
    assert "La décision du maire." in told.body
    assert "1er\u00a0février 2024" in told.body
    assert "sera close" not in told.body
    assert f"/espace/demandes/{returned.pk}/" in told.body
    for name in ("Camille", "Essai"):
        assert name not in told.subject


def test_a_draft_that_nobody_signed_is_recalled_too(
    request_draft: AccessRequest, director: User, today: Move, mail_to: Mail
) -> None:
    filling.send(request_draft, director)
    assert open_task(request_draft) == "sign"
    goes_on("2024-02-16", today)
    [told] = reminders_to(director.email, mail_to)
    assert "pas encore signé" in told.body


def test_after_days_without_work_the_latest_reminder_alone_leaves(
    returned: AccessRequest, today: Move
) -> None:
    assert goes_on("2024-03-20", today).partners == 1
    assert RequestReminder.objects.get().number == 2
    assert goes_on("2024-03-21", today).partners == 0


def test_completed_before_the_mail_leaves_it_does_not_leave(
    returned: AccessRequest, director: User, today: Move, mail_to: Mail
) -> None:
    goes_on("2024-02-16", today)
    filling.withdraw(returned, director)
    assert reminders_to(director.email, mail_to) == []
    assert Message.objects.get(kind="request_waiting").state == "cancelled"


def test_given_back_again_it_is_another_wait(
    returned: AccessRequest, director: User, clerk: User, today: Move
) -> None:
    goes_on("2024-02-16", today)
    filling.send(returned, director)
    assert goes_on("2024-02-20", today).partners == 0
    instructing.give_back(returned, clerk, ["delegation"])
    assert [goes_on(day, today).partners for day in ("2024-03-05", "2024-03-06")] == [0, 1]


def test_a_convention_that_has_ended_waits_for_nothing(
    returned: AccessRequest, convention: Convention, today: Move
) -> None:
    Convention.objects.filter(pk=convention.pk).update(state="abandoned")
    assert goes_on("2024-02-16", today).partners == 0


# The caisse.


def test_what_waits_for_the_caisse_is_recalled_to_its_agents_in_one_message(
    submitted: AccessRequest, clerk: User, today: Move, mail_to: Mail
) -> None:
    days = ("2024-02-15", "2024-02-16", "2024-02-17", "2024-03-02")
    assert [goes_on(day, today).caisses for day in days] == [0, 1, 0, 1]
    told = [one for one in mail_to(clerk.email) if "réponse de la caisse" in one.subject]
    assert len(told) == 2
    assert submitted.number in told[0].body
    assert "1 demande attend" in told[0].body.replace("\u00a0", " ")


def test_answered_meanwhile_the_agents_are_not_disturbed(
    submitted: AccessRequest, clerk: User, today: Move, mail_to: Mail
) -> None:
    goes_on("2024-02-16", today)
    instructing.refuse(submitted, clerk, "not_entitled")
    assert [one for one in mail_to(clerk.email) if "réponse de la caisse" in one.subject] == []


# The setting.


def test_each_caisse_may_have_its_own_delays(
    returned: AccessRequest, caisse: Caisse, today: Move
) -> None:
    caisse.settings = {"request_reminders": {"partner": ["P7D"]}}
    caisse.save()
    days = ("2024-02-07", "2024-02-08", "2024-03-08")
    assert [goes_on(day, today).partners for day in days] == [0, 1, 0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"partner": ["P30D", "P15D"]},
        {"partner": ["quinze jours"]},
        {"partner": [], "lapse_after": "P3M"},
        {"lapse_after": "P20D"},
        {"partenaire": ["P15D"]},
    ],
)
def test_a_setting_that_cannot_be_read_sends_nothing_and_says_what_was_expected(
    returned: AccessRequest, caisse: Caisse, today: Move, wrong: dict[str, Any]
) -> None:
    caisse.settings = {"request_reminders": wrong}
    caisse.save()
    with pytest.raises(WaitingSettingWrong, match="Attendu"):
        setting_of(caisse)
    assert goes_on("2024-06-01", today) == (0, 0, 0)


# The lapse.


def test_without_a_setting_nothing_ever_lapses(returned: AccessRequest, today: Move) -> None:
    for day in ("2024-02-16", "2024-03-02", "2027-02-01"):
        assert goes_on(day, today).lapsed == 0
    returned.refresh_from_db()
    assert returned.status == "returned"


def test_where_the_caisse_says_so_it_lapses_on_the_day_after_the_one_announced(
    lapsing: Caisse, returned: AccessRequest, director: User, today: Move, mail_to: Mail
) -> None:
    goes_on("2024-02-16", today)
    goes_on("2024-03-02", today)
    *_, last = reminders_to(director.email, mail_to)
    assert "1er\u00a0mai 2024 inclus, cette demande sera close" in last.body
    assert goes_on("2024-05-01", today).lapsed == 0
    assert goes_on("2024-05-02", today).lapsed == 1
    assert goes_on("2024-05-03", today).lapsed == 0
    returned.refresh_from_db()
    assert (returned.status, open_task(returned)) == ("lapsed", "")
    line = returned.transitions.last()
    assert (line.name, line.author, line.at.date().isoformat()) == ("lapse", None, "2024-05-02")
    told = mail_to(director.email)[-1]
    assert "close depuis le 2\u00a0mai 2024" in told.body
    assert "Les accès déjà donnés et la convention n’en sont pas changés" in told.body


def test_nothing_lapses_that_no_reminder_announced(
    lapsing: Caisse, returned: AccessRequest, director: User, today: Move, mail_to: Mail
) -> None:
    # Asked for on 2 March and held back by an outage until 20 April: 49 days late.
    goes_on("2024-03-02", today)
    assert goes_on("2024-05-10", today).lapsed == 0
    today("2024-05-10")
    assert len(reminders_to(director.email, mail_to)) == 1
    assert goes_on("2024-07-09", today).lapsed == 0
    assert goes_on("2024-07-10", today).lapsed == 1


def test_after_a_long_silence_of_the_site_the_partner_still_has_its_time(
    lapsing: Caisse, returned: AccessRequest, director: User, today: Move, mail_to: Mail
) -> None:
    assert goes_on("2024-09-01", today) == (1, 0, 0)
    [told] = reminders_to(director.email, mail_to)
    assert "31\u00a0octobre 2024" in told.body
    assert goes_on("2024-10-31", today).lapsed == 0
    assert goes_on("2024-11-01", today).lapsed == 1


def test_a_caisse_that_changes_its_mind_lets_nothing_lapse_any_more(
    lapsing: Caisse, returned: AccessRequest, director: User, today: Move, mail_to: Mail
) -> None:
    goes_on("2024-03-02", today)
    mail_to(director.email)
    lapsing.settings = {}
    lapsing.save()
    assert goes_on("2024-06-01", today).lapsed == 0


def test_what_waits_for_the_caisse_never_lapses(
    lapsing: Caisse, submitted: AccessRequest, today: Move, mail_to: Mail, clerk: User
) -> None:
    for day in ("2024-02-16", "2024-03-02", "2024-06-01", "2025-06-01"):
        assert goes_on(day, today).lapsed == 0
        mail_to(clerk.email)


# Taking it up again.


@pytest.fixture
def lapsed(returned: AccessRequest) -> AccessRequest:
    return filling.lapse(returned, None)


def test_it_is_taken_up_in_a_new_request_filled_with_its_answers(
    lapsed: AccessRequest, director: User, browsing: Browse
) -> None:
    browser = browsing(director)
    page = browser.get(f"/espace/demandes/{lapsed.pk}/").content.decode()
    assert "Reprendre dans une nouvelle demande" in page
    opened = browser.post(f"/espace/demandes/{lapsed.pk}/reprise/")
    new = AccessRequest.objects.get(status="draft")
    assert opened["Location"] == f"/espace/demandes/{new.pk}/etape/1/"
    assert new.number != lapsed.number
    assert new.answers["structure.name"] == "Crèche d’Essai"
    assert new.signatory_quality == lapsed.signatory_quality
    user = new.users.get()
    assert (user.last_name, user.email, user.decision) == (
        "Essai",
        "camille.essai@creche.example",
        "pending",
    )
    assert user.reference != lapsed.users.get().reference
    assert not new.signatures.exists()
    lapsed.refresh_from_db()
    assert lapsed.status == "lapsed"


def test_it_is_not_taken_up_over_a_draft_already_begun(
    lapsed: AccessRequest, director: User
) -> None:
    draft = filling.start(lapsed.convention, director)
    filling.answer(draft, "structure", {"structure.name": "Une autre"})
    with pytest.raises(RequestRefused, match=draft.number):
        take_up_again(lapsed, director)
    draft.refresh_from_db()
    assert draft.answers["structure.name"] == "Une autre"


def test_what_did_not_lapse_is_not_taken_up(
    returned: AccessRequest, director: User, browsing: Browse
) -> None:
    answer = browsing(director).post(f"/espace/demandes/{returned.pk}/reprise/")
    assert answer.status_code == 302
    assert AccessRequest.objects.count() == 1


# What is kept.


def test_the_agent_reads_the_reminders_on_the_request(
    lapsing: Caisse, returned: AccessRequest, clerk: User, today: Move, browsing: Browse
) -> None:
    goes_on("2024-03-02", today)
    page = browsing(clerk).get(f"/demandes/{returned.pk}/").content.decode()
    assert "rappel 2 au partenaire" in page
    assert "qui annonce la clôture" in page


def test_a_reminder_is_written_once_and_never_changed(returned: AccessRequest, today: Move) -> None:
    goes_on("2024-02-16", today)
    row = RequestReminder.objects.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        RequestReminder.objects.filter(pk=row.pk).update(number=3)
    with pytest.raises(IntegrityError), transaction.atomic():
        RequestReminder.objects.create(
            request=returned,
            since=row.since,
            audience="partner",
            number=1,
            asked_on=clock.today(),
        )
