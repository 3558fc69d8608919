"""Brands and models of vehicles as every rule reads them: held in the process, like the areas."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from key2key.common.errors import Fault, InvalidInput
from listings.lookup import Entry, entry
from listings.models import VehicleBrand, VehicleModel
from listings.snapshots import Snapshot


@dataclass(frozen=True)
class Model:
    """A maker's model. Empty tuples say nothing about what fits; years are None when unknown."""

    id: int
    brand_id: int
    slug: str
    name_en: str
    name_am: str
    aliases: tuple[str, ...]
    popularity: int
    classes: tuple[str, ...]
    bodies: tuple[str, ...]
    fuels: tuple[str, ...]
    year_from: int | None
    year_to: int | None
    generations: tuple[dict[str, Any], ...]
    entry: Entry

    def name_in(self, language: str) -> str:
        """The name in a language, else the English one."""
        return (self.name_am if language == "am" else "") or self.name_en


@dataclass(frozen=True)
class Brand:
    """A maker with its models, the popular ones first. `classes` are those of its models."""

    id: int
    slug: str
    name_en: str
    name_am: str
    aliases: tuple[str, ...]
    popularity: int
    country: str
    classes: tuple[str, ...]
    models: tuple[Model, ...]
    entry: Entry

    def name_in(self, language: str) -> str:
        """The name in a language, else the English one."""
        return (self.name_am if language == "am" else "") or self.name_en


@dataclass(frozen=True)
class _Tree:
    brands: dict[str, Brand]
    brands_by_id: dict[int, Brand]
    models: dict[tuple[str, str], Model]
    models_by_id: dict[int, Model]


def find_brand(slug: str) -> Brand | None:
    """The brand of a slug, if there is one."""
    return _tree.get().brands.get(slug)


def get_brand(brand_id: int) -> Brand:
    """The brand of an id that a row holds."""
    return _tree.get().brands_by_id.get(brand_id) or _tree.reread().brands_by_id[brand_id]


def get_model(model_id: int) -> Model:
    """The model of an id that a row holds."""
    return _tree.get().models_by_id.get(model_id) or _tree.reread().models_by_id[model_id]


def brand_ids(slugs: Iterable[str]) -> list[int]:
    """The ids of brands. Raises InvalidInput naming every slug that is no brand, at /brand."""
    brands, wanted = _tree.get().brands, list(slugs)
    unknown = [slug for slug in wanted if slug not in brands]
    if unknown:
        raise InvalidInput(faults=[unknown_brand(slug, pointer="/brand") for slug in unknown])
    return sorted({brands[slug].id for slug in wanted})


def model_ids(slugs: Iterable[str], *, brands: Iterable[str] = ()) -> list[int]:
    """The ids of models of these brands (of any, when none is named).

    Raises InvalidInput naming every slug that is no model of theirs, at /model.
    """
    allowed, wanted = set(brands), list(slugs)
    found: dict[str, list[int]] = defaultdict(list)
    for (brand, slug), model in _tree.get().models.items():
        if not allowed or brand in allowed:
            found[slug].append(model.id)
    unknown = [slug for slug in wanted if slug not in found]
    if unknown:
        raise InvalidInput(faults=[unknown_model(slug, pointer="/model") for slug in unknown])
    return sorted({model_id for slug in wanted for model_id in found[slug]})


def everything() -> Sequence[Brand]:
    """All brands."""
    return list(_tree.get().brands.values())


def unknown_brand(slug: str, *, pointer: str) -> Fault:
    """The fault of a slug that is no brand."""
    return Fault(pointer, "unknown_brand", _("There is no brand %(slug)s.") % {"slug": slug[:80]})


def unknown_model(slug: str, *, pointer: str) -> Fault:
    """The fault of a slug that is no model of the brand."""
    return Fault(pointer, "unknown_model", _("The brand has no model %(slug)s.") % {"slug": slug[:80]})


def forget() -> None:
    """Read the brands and models anew at the next use, in this process."""
    _tree.forget()


def _load() -> _Tree:
    rows: dict[int, list[VehicleModel]] = defaultdict(list)
    for row in VehicleModel.objects.all():
        rows[row.brand_id].append(row)
    brands = [_brand(row, rows[row.pk]) for row in VehicleBrand.objects.all()]
    return _Tree(
        brands={brand.slug: brand for brand in brands},
        brands_by_id={brand.id: brand for brand in brands},
        models={(brand.slug, model.slug): model for brand in brands for model in brand.models},
        models_by_id={model.id: model for brand in brands for model in brand.models},
    )


def _brand(row: VehicleBrand, rows: list[VehicleModel]) -> Brand:
    names = [row.name_en, row.name_am]
    return Brand(
        id=row.pk,
        slug=row.slug,
        name_en=row.name_en,
        name_am=row.name_am,
        aliases=tuple(row.aliases),
        popularity=row.popularity,
        country=row.country,
        classes=tuple(sorted({name for model in rows for name in model.classes})),
        models=tuple(_model(model, around=[*names, *row.aliases]) for model in rows),
        entry=entry(names=names, aliases=row.aliases),
    )


def _model(row: VehicleModel, *, around: list[str]) -> Model:
    return Model(
        id=row.pk,
        brand_id=row.brand_id,
        slug=row.slug,
        name_en=row.name_en,
        name_am=row.name_am,
        aliases=tuple(row.aliases),
        popularity=row.popularity,
        classes=tuple(row.classes),
        bodies=tuple(row.bodies),
        fuels=tuple(row.fuels),
        year_from=row.year_from,
        year_to=row.year_to,
        generations=tuple(row.generations),
        entry=entry(names=[row.name_en, row.name_am], aliases=row.aliases, around=around),
    )


_tree: Snapshot[_Tree] = Snapshot(_load)
