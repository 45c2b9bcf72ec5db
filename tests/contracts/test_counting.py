"""Several counts in one query."""

from typing import Any

from contracts.models import Caisse, Partner, Site
from contracts.services.counting import counted_together


def test_each_thing_is_counted_by_itself_in_one_query(
    caisse: Caisse, partner: Partner, django_assert_num_queries: Any
) -> None:
    for name in ("Une", "Deux", "Trois"):
        Site.objects.create(partner=partner, name=name)
    with django_assert_num_queries(1):
        found = counted_together(
            {
                "caisses": Caisse.objects.order_by("name"),
                "sites": Site.objects.select_related("partner"),
                "their partners": Partner.objects.filter(sites__name__gt="A").distinct(),
                "nobody": Site.objects.filter(pk__in=()),
                "none yet": Site.objects.filter(name="Quatre"),
            }
        )
    assert found == {"caisses": 1, "sites": 3, "their partners": 1, "nobody": 0, "none yet": 0}


def test_nothing_to_count_asks_nothing(db: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert counted_together({}) == {}
        assert counted_together({"nobody": Site.objects.none()}) == {"nobody": 0}
