"""Where the contents of a convention's file stand in this package, and who is named there."""

from __future__ import annotations

from contracts.retention.holdings import TEXT, Holding, hold
from contracts.retention.persons import PersonLink, forget_with, name
from notifications.models import DeadAddress, Message, Preference

MESSAGE_TEXTS = {"address": TEXT, "subject": TEXT, "text": TEXT, "html": "", "problem": TEXT}

MESSAGES = Holding(Message, "convention", MESSAGE_TEXTS)
DEAD_ADDRESSES = Holding(
    DeadAddress, "message__convention", {"address": "", "corrected": ""}, deletes=True
)
READER_LINK = PersonLink(Message, "person", "convention")

hold(MESSAGES, DEAD_ADDRESSES)
name(READER_LINK)
forget_with(Preference, "person", "user")
