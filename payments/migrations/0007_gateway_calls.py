import django.db.models.deletion
from django.db import migrations, models

import key2key.common.clock


class Migration(migrations.Migration):
    dependencies = [("payments", "0006_money_for_real")]

    operations = [
        migrations.CreateModel(
            name="GatewayCall",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("gateway", models.CharField(max_length=20, verbose_name="gateway")),
                (
                    "refund_reference",
                    models.CharField(blank=True, default="", max_length=24, verbose_name="refund"),
                ),
                (
                    "deed",
                    models.CharField(
                        choices=[
                            ("open_checkout", "open a checkout"),
                            ("look_up", "look up"),
                            ("refund", "refund"),
                            ("cancel", "cancel"),
                        ],
                        max_length=16,
                        verbose_name="deed",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("ok", "answered"),
                            ("refused", "refused"),
                            ("not_found", "not known there"),
                            ("unavailable", "no answer"),
                            ("circuit_open", "not asked: silent before"),
                        ],
                        max_length=12,
                        verbose_name="outcome",
                    ),
                ),
                (
                    "vendor_code",
                    models.CharField(blank=True, default="", max_length=60, verbose_name="gateway's code"),
                ),
                ("milliseconds", models.PositiveIntegerField(verbose_name="milliseconds")),
                (
                    "created_at",
                    models.DateTimeField(
                        default=key2key.common.clock.now, editable=False, verbose_name="when"
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calls",
                        to="payments.payment",
                        verbose_name="payment",
                    ),
                ),
            ],
            options={
                "verbose_name": "request to a gateway",
                "verbose_name_plural": "calls of gateways",
                "ordering": ("id",),
                "indexes": [
                    models.Index(fields=["payment", "id"], name="payments_call_timeline"),
                    models.Index(fields=["-created_at"], name="payments_call_newest"),
                ],
            },
        ),
    ]
