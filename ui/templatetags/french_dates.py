"""Civil dates as French screens write them: in words, short, and by their distance."""

from datetime import date, datetime

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

# Past this many days a count of days no longer speaks: months, then years, do.
LONGEST_COUNT_OF_DAYS = 60
LONGEST_COUNT_OF_MONTHS = 24


def civil(day: date) -> date:
    """Return `day`; raise `TypeError` for an instant or anything else that is no civil date."""
    if isinstance(day, datetime) or not isinstance(day, date):
        raise TypeError(
            f"{day!r} is a {type(day).__name__}: expected a civil date (datetime.date)."
        )
    return day


@register.filter
def date_in_words(day: date) -> str:
    """`14 octobre 2025`, `1er janvier 2026`."""
    number = "1er" if civil(day).day == 1 else str(day.day)
    return f"{number} {date_format(day, 'F Y')}"


@register.filter
def full_date(day: date) -> str:
    """`mardi 14 octobre 2025`."""
    return f"{date_format(civil(day), 'l')} {date_in_words(day)}"


@register.filter(expects_localtime=True)
def moment(instant: datetime) -> str:
    """`14 octobre 2025 à 9 h 05`, in the site's time zone; raise `TypeError` for a civil date."""
    if not isinstance(instant, datetime):
        raise TypeError(f"{instant!r} is no instant: a civil date has no hour.")
    space = "\N{NO-BREAK SPACE}"
    hour = f"{instant.hour}{space}h{space}{instant.minute:02}"
    return f"{date_in_words(instant.date())} à {hour}"


@register.filter(expects_localtime=True)
def day_of(instant: datetime) -> str:
    """`14 octobre 2025`, the day of an instant in the site's time zone."""
    return date_in_words(instant.date())


@register.filter
def short_date(day: date) -> str:
    """`14/10/2025`, for columns where dates are compared."""
    return date_format(civil(day), "d/m/Y")


@register.filter
def distance(day: date, today: date) -> str:
    """How far `day` is from `today`: `aujourd’hui`, `dans 12 jours`, `il y a 3 mois`.

    Months and years are whole ones, rounded down: the words give a bearing, the date the truth.
    """
    days = (civil(day) - civil(today)).days
    near = {-1: "hier", 0: "aujourd’hui", 1: "demain"}
    if days in near:
        return near[days]
    length = _length(min(day, today), max(day, today))
    return f"dans {length}" if days > 0 else f"il y a {length}"


def _length(first: date, last: date) -> str:
    days = (last - first).days
    if days <= LONGEST_COUNT_OF_DAYS:
        return f"{days} jours"
    months = (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)
    if months <= LONGEST_COUNT_OF_MONTHS:
        return f"{months} mois"
    return f"{months // 12} ans"


@register.simple_tag
def civil_day(day: date, today: date | None = None, form: str = "words") -> SafeString:
    """Draw a date as a `<time>`; with `today`, followed by its distance.

    `form` is `words`, `full` (with the day of the week) or `short`; anything else raises
    `ValueError`.
    """
    forms = {"words": date_in_words, "full": full_date, "short": short_date}
    if form not in forms:
        raise ValueError(f"form is {form!r}: expected one of {', '.join(forms)}.")
    drawn = format_html('<time datetime="{}">{}</time>', civil(day).isoformat(), forms[form](day))
    if today is None:
        return drawn
    return format_html('{} <span class="distance">{}</span>', drawn, distance(day, today))
