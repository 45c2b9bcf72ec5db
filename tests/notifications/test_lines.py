"""A message names each of many things, and says how many it leaves out."""

from notifications.lines import others


def test_the_limits_of_a_first_of_january_are_all_named() -> None:
    assert others(380) == ""


def test_those_left_out_are_counted() -> None:
    assert others(501).replace("\N{NO-BREAK SPACE}", " ") == "1 autre"
    assert others(512).replace("\N{NO-BREAK SPACE}", " ") == "12 autres"
