from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from key2key.management.journey.story import Story
    from key2key.tests.journey.product import Product


@pytest.fixture
def product(transactional_db: None, settings: Any) -> Iterator[Product]:
    from key2key.tests.journey.product import running

    with running(settings) as started:
        yield started


@pytest.fixture
def begin(product: Product) -> Callable[[str], Story]:
    """`begin("properties")`: a story, its people signed in and its listing on the market."""
    from key2key.management.journey.story import Story

    def told(kind: str) -> Story:
        story = Story(base=product.base, kind=kind, staff=product.desks(), tell=print)
        story.until_market()
        return story

    return told
