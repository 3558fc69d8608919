"""What the sandbox would send, had it an accountant."""

from __future__ import annotations

from payments.enums import LineKind
from payments.statements.sheet import Layout

LAYOUT = Layout(
    external_id=(("id",),),
    booked_at=("at",),
    times=("%Y-%m-%d %H:%M:%S", "%Y-%m-%d"),
    zone="Africa/Addis_Ababa",
    kind=("kind",),
    kinds={kind.value: kind for kind in LineKind},
    amount=("gross",),
    fee=("fee",),
    net=("net",),
    currency=("currency",),
    references=(("reference",), ("checkout",)),
    narrative=("text",),
)
