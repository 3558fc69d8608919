"""A viewing as calendars read it (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from brokers.enums import ViewingMode, ViewingState
from brokers.models import Viewing
from brokers.viewing_steps import UNANSWERED

_LONGEST_LINE = 75  # octets, by RFC 5545 3.1
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


def of_viewing(viewing: Viewing) -> str:
    """The file. A calendar that has the viewing already takes a later file as its change."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Key2Key//Viewings//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{viewing.pk}@key2key",
        f"DTSTAMP:{_moment(viewing.updated_at)}",
        # Grows with every change, as 3.8.7.4 wants it, without a column that counts.
        f"SEQUENCE:{int((viewing.updated_at - viewing.created_at).total_seconds())}",
        f"DTSTART:{_moment(viewing.starts_at)}",
        f"DTEND:{_moment(viewing.ends_at)}",
        f"SUMMARY:{viewing.listing.title.translate(_ESCAPES)}",
        f"STATUS:{_status(viewing)}",
    ]
    if viewing.mode == ViewingMode.IN_PERSON and viewing.listing.landmark:
        lines.append(f"LOCATION:{viewing.listing.landmark.translate(_ESCAPES)}")
    if viewing.note:
        lines.append(f"DESCRIPTION:{viewing.note.translate(_ESCAPES)}")
    lines += ["END:VEVENT", "END:VCALENDAR"]
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _status(viewing: Viewing) -> str:
    if viewing.state in UNANSWERED:
        return "TENTATIVE"
    return "CONFIRMED" if viewing.state in {ViewingState.CONFIRMED, ViewingState.DONE} else "CANCELLED"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _folded(line: str) -> Iterator[str]:
    """Lines of at most 75 octets; what goes on begins with a space. No character is cut in two."""
    part = ""
    for letter in line:
        if len((part + letter).encode()) > _LONGEST_LINE:
            yield part
            part = " "
        part += letter
    yield part
