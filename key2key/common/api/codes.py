"""Every code that an answer may carry, with the sentence that /problems/<code> shows.

A house test compares the keys with the codes that the source raises, so none is left unexplained.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

# Codes of whole answers.
_ANSWERS = {
    "busy": _(
        "Too many are changing the same thing at this moment. Try again after the time in Retry-After."
    ),
    "database_unavailable": _("The database cannot be reached at the moment. Try again soon."),
    "error": _("The request was refused."),
    "idempotency_in_progress": _("The first request with this Idempotency-Key still runs. Try again soon."),
    "idempotency_key_invalid": _("The Idempotency-Key must be 1 to 255 printable characters."),
    "idempotency_key_reused": _("This Idempotency-Key was used before, for another request."),
    "internal_error": _("Something broke on our side. The request_id helps us to find it."),
    "lease_lost": _("Another worker took this duty over."),
    "malformed": _("The body cannot be read."),
    "method_not_allowed": _("This address does not know the method. The Allow header names those it knows."),
    "no_exchange_rate": _("We have no exchange rate for this currency."),
    "not_acceptable": _("We cannot answer in the format that the Accept header asks for."),
    "not_allowed": _("You are known, but this is not yours to do."),
    "not_authenticated": _("Sign in first."),
    "not_found": _("There is no such thing, or you may not see it."),
    "rate_limited": _("Too many requests. Try again after the time in Retry-After."),
    "read_only_field": _("This field cannot be written."),
    "stale": _("It has changed since you read it. Read it again and repeat the change."),
    "token_not_valid": _("The access token is not valid, or it has ended."),
    "too_large": _("The request is too large."),
    "unknown_field": _("There is no such field."),
    "unknown_parameter": _("There is no such parameter."),
    "unsupported_media_type": _("The Content-Type of the request is not one that we read."),
    "validation_error": _("The input is not valid; `errors` names every place."),
}

# Codes of single faults inside `errors`: those of the fields and of the rows' constraints.
FIELD_CODES = {
    "blank": _("This may not be empty."),
    "cursor_not_valid": _("The cursor is not one of ours, or belongs to another list."),
    "date": _("A date was expected, a date with a time was given."),
    "datetime": _("A date with a time was expected."),
    "does_not_exist": _("There is no such object."),
    "empty": _("This may not be empty."),
    "incorrect_type": _("The value has the wrong type."),
    "invalid": _("The value is not valid."),
    "invalid_choice": _("This is not one of the choices."),
    "invalid_image": _("The file is not a picture that we can read."),
    "make_aware": _("The time does not exist in its zone."),
    "max_decimal_places": _("There are too many decimals."),
    "max_digits": _("There are too many digits."),
    "max_length": _("The text or list is too long."),
    "max_string_length": _("The text is too long."),
    "max_value": _("The number is too large."),
    "max_whole_digits": _("There are too many digits before the decimal point."),
    "min_length": _("The text or list is too short."),
    "min_value": _("The number is too small."),
    "no_name": _("The file has no name."),
    "not_a_dict": _("An object was expected."),
    "not_a_list": _("A list was expected."),
    "null": _("This may not be null."),
    "null_characters_not_allowed": _("NUL characters are not allowed."),
    "overflow": _("The value is out of range."),
    "required": _("This is required."),
    "surrogate_characters_not_allowed": _("The text holds half a character."),
    "unique": _("This exists already."),
}

CODES: dict[str, str] = {**_ANSWERS, **FIELD_CODES}
