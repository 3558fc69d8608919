"""Every rule that writes analytics."""

from analytics.services.noting import Told, note, note_from_client
from analytics.services.rolling import roll_up, roll_up_what_is_new

__all__ = ["Told", "note", "note_from_client", "roll_up", "roll_up_what_is_new"]
