"""Spellings that mean the same are compared as the same; nothing of it may break a tsvector."""

from __future__ import annotations

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from listings import search_text
from listings.fold import fold, latin, lenient

ETHIOPIC = st.text(alphabet=st.characters(min_codepoint=0x1200, max_codepoint=0x137C), max_size=20)


@pytest.mark.parametrize(
    "one, other",
    [
        ("ሐዋሳ", "ሀዋሳ"),
        ("ኀይለ", "ሃይለ"),
        ("ኸዋሳ", "ሀዋሳ"),
        ("ሠላም", "ሰላም"),
        ("ዓለም", "አለም"),
        ("ኣለም", "ዐለም"),
        ("ፀሐይ", "ጸሃይ"),
        ("ጐንደር", "ጎንደር"),
        ("ኳስ", "ኩዋስ"),
        ("፳፭ ካሬ", "25 ካሬ"),
        ("ቦሌ፡መድኃኔ፡ዓለም።", "ቦሌ መድሀኔ አለም"),
        ("BOLLE", "bole"),
        ("Café Adïs", "cafe adis"),
        ("Ityop'ia", "ityopia"),
    ],
)
def test_usual_spellings_are_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    "ethiopic, typed", [("ቦሌ", "Bole"), ("ኮሮላ", "Korola"), ("ቶዮታ", "toyota"), ("ፀሐይ", "tsehay")]
)
def test_ethiopic_meets_its_latin_spelling(ethiopic: str, typed: str) -> None:
    assert latin(ethiopic) == latin(typed)


@pytest.mark.parametrize("one, other", [("Gonder", "Gondar"), ("Hawassa", "Awasa"), ("Corolla", "ኮሮላ")])
def test_names_meet_whatever_their_vowels(one: str, other: str) -> None:
    assert lenient(one) == lenient(other)


@pytest.mark.parametrize("one, other", [("ቦሌ", "ባሌ"), ("1000", "100"), ("gerji", "gergi"), ("ቤት", "ቤተ")])
def test_what_differs_stays_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)
    assert latin(one) != latin(other)


@given(st.text(max_size=60))
def test_folding_any_text_leaves_words_and_single_spaces(text: str) -> None:
    folded = fold(text)
    assert folded == " ".join(folded.split())
    assert all(letter == " " or letter.isalnum() for letter in folded)


@given(ETHIOPIC)
def test_folding_ethiopic_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(ETHIOPIC)
def test_the_latin_form_of_ethiopic_is_plain_ascii(text: str) -> None:
    assert latin(text).isascii()


def test_words_part_where_the_script_changes() -> None:
    assert search_text.words("3መኝታ Villa-ቦሌ RAV4") == ["3", "መኝታ", "vila", "ቦሌ", "rav4"]


def test_a_question_wants_every_word_and_only_the_last_may_be_begun() -> None:
    assert search_text.question("Villa ቦሌ") == "('vila') & ('ቦሌ':* | 'bole':*)"
    assert search_text.question("a") == "('a')"
    assert search_text.question(" ?! ።") == ""


@pytest.mark.django_db
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=80, alphabet=st.characters(exclude_categories=["Cs"])))
def test_any_text_makes_a_vector_that_its_own_words_find(text: str) -> None:
    question = search_text.question(text)
    vector = search_text.document({"A": [text], "D": ["ቦሌ villa", text * 3]})
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::tsvector @@ %s::tsquery", [vector, question])
        found = cursor.fetchone()[0]
    assert found == bool(question)


@pytest.mark.django_db
def test_a_long_description_fits() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT length(%s::tsvector)", [search_text.document({"D": ["ቤት " * 40_000, "x" * 9_000]})]
        )
        assert cursor.fetchone()[0] == 3
