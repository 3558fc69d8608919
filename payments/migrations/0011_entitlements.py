import django.core.validators
import django.db.models.deletion
import key2key.common.clock
import key2key.common.ids
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_name_beginnings"),
        ("listings", "0008_wide_history_keys"),
        ("payments", "0010_statements"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Plan",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=key2key.common.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=key2key.common.clock.now, editable=False, verbose_name="created"
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                ("code", models.SlugField(max_length=30, unique=True, verbose_name="code")),
                ("name_en", models.CharField(max_length=60, verbose_name="English name")),
                ("name_am", models.CharField(max_length=60, verbose_name="Amharic name")),
                (
                    "live_quota",
                    models.PositiveIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)], verbose_name="live listings"
                    ),
                ),
                (
                    "photo_quota",
                    models.PositiveIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="photos per listing",
                    ),
                ),
                (
                    "period_days",
                    models.PositiveSmallIntegerField(
                        default=30,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="days",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="on sale")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="place in the list")),
            ],
            options={
                "verbose_name": "plan",
                "verbose_name_plural": "plans",
                "ordering": ("order", "code"),
            },
        ),
        migrations.CreateModel(
            name="PlanEvent",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.UUIDField(default=key2key.common.ids.uuid7, editable=False, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(
                        default=key2key.common.clock.now, editable=False, verbose_name="created"
                    ),
                ),
                ("code", models.SlugField(db_index=False, max_length=30, verbose_name="code")),
                ("name_en", models.CharField(max_length=60, verbose_name="English name")),
                ("name_am", models.CharField(max_length=60, verbose_name="Amharic name")),
                (
                    "live_quota",
                    models.PositiveIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)], verbose_name="live listings"
                    ),
                ),
                (
                    "photo_quota",
                    models.PositiveIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="photos per listing",
                    ),
                ),
                (
                    "period_days",
                    models.PositiveSmallIntegerField(
                        default=30,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="days",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="on sale")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="place in the list")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PlanPrice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=key2key.common.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=key2key.common.clock.now, editable=False, verbose_name="created"
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                ("market", models.CharField(default="ET", max_length=2, verbose_name="market")),
                (
                    "currency",
                    models.CharField(
                        choices=[
                            ("ETB", "Ethiopian birr"),
                            ("USD", "US dollar"),
                            ("EUR", "Euro"),
                            ("GBP", "British pound"),
                            ("AED", "UAE dirham"),
                        ],
                        max_length=3,
                        verbose_name="currency",
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="amount")),
            ],
            options={
                "verbose_name": "price of a plan",
                "verbose_name_plural": "prices of plans",
                "ordering": ("market", "currency"),
            },
        ),
        migrations.CreateModel(
            name="PlanPriceEvent",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.UUIDField(default=key2key.common.ids.uuid7, editable=False, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(
                        default=key2key.common.clock.now, editable=False, verbose_name="created"
                    ),
                ),
                ("market", models.CharField(default="ET", max_length=2, verbose_name="market")),
                (
                    "currency",
                    models.CharField(
                        choices=[
                            ("ETB", "Ethiopian birr"),
                            ("USD", "US dollar"),
                            ("EUR", "Euro"),
                            ("GBP", "British pound"),
                            ("AED", "UAE dirham"),
                        ],
                        max_length=3,
                        verbose_name="currency",
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="amount")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Subscription",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=key2key.common.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=key2key.common.clock.now, editable=False, verbose_name="created"
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "not paid"),
                            ("active", "active"),
                            ("ended", "ended"),
                            ("cancelled", "cancelled"),
                        ],
                        default="waiting",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("days", models.PositiveSmallIntegerField(verbose_name="days")),
                ("starts_at", models.DateTimeField(blank=True, null=True, verbose_name="from")),
                ("ends_at", models.DateTimeField(blank=True, null=True, verbose_name="until")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                ("live_quota", models.PositiveIntegerField(verbose_name="live listings")),
                ("photo_quota", models.PositiveIntegerField(verbose_name="photos per listing")),
                ("warned_at", models.DateTimeField(blank=True, null=True, verbose_name="warned")),
            ],
            options={
                "verbose_name": "subscription",
                "verbose_name_plural": "subscriptions",
                "ordering": ("-created_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="SubscriptionEvent",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.UUIDField(default=key2key.common.ids.uuid7, editable=False, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(
                        default=key2key.common.clock.now, editable=False, verbose_name="created"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "not paid"),
                            ("active", "active"),
                            ("ended", "ended"),
                            ("cancelled", "cancelled"),
                        ],
                        default="waiting",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("days", models.PositiveSmallIntegerField(verbose_name="days")),
                ("starts_at", models.DateTimeField(blank=True, null=True, verbose_name="from")),
                ("ends_at", models.DateTimeField(blank=True, null=True, verbose_name="until")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                ("live_quota", models.PositiveIntegerField(verbose_name="live listings")),
                ("photo_quota", models.PositiveIntegerField(verbose_name="photos per listing")),
                ("warned_at", models.DateTimeField(blank=True, null=True, verbose_name="warned")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Boost",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=key2key.common.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=key2key.common.clock.now, editable=False, verbose_name="created"
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "not paid"),
                            ("active", "active"),
                            ("ended", "ended"),
                            ("cancelled", "cancelled"),
                        ],
                        default="waiting",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("days", models.PositiveSmallIntegerField(verbose_name="days")),
                ("starts_at", models.DateTimeField(blank=True, null=True, verbose_name="from")),
                ("ends_at", models.DateTimeField(blank=True, null=True, verbose_name="until")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                (
                    "listing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="listings.listing",
                        verbose_name="listing",
                    ),
                ),
                (
                    "payment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="payments.payment",
                        verbose_name="payment",
                    ),
                ),
            ],
            options={
                "verbose_name": "boost",
                "verbose_name_plural": "boosts",
                "ordering": ("-created_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="BoostEvent",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.UUIDField(default=key2key.common.ids.uuid7, editable=False, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(
                        default=key2key.common.clock.now, editable=False, verbose_name="created"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "not paid"),
                            ("active", "active"),
                            ("ended", "ended"),
                            ("cancelled", "cancelled"),
                        ],
                        default="waiting",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("days", models.PositiveSmallIntegerField(verbose_name="days")),
                ("starts_at", models.DateTimeField(blank=True, null=True, verbose_name="from")),
                ("ends_at", models.DateTimeField(blank=True, null=True, verbose_name="until")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                (
                    "listing",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="listings.listing",
                        verbose_name="listing",
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="payments.payment",
                        verbose_name="payment",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        related_query_name="+",
                        to="payments.boost",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ListingFee",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=key2key.common.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=key2key.common.clock.now, editable=False, verbose_name="created"
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "not paid"),
                            ("active", "active"),
                            ("ended", "ended"),
                            ("cancelled", "cancelled"),
                        ],
                        default="waiting",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                (
                    "listing",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="listings.listing",
                        verbose_name="listing",
                    ),
                ),
                (
                    "payment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="payments.payment",
                        verbose_name="payment",
                    ),
                ),
            ],
            options={
                "verbose_name": "listing fee",
                "verbose_name_plural": "listing fees",
                "ordering": ("-created_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="ListingFeeEvent",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.UUIDField(default=key2key.common.ids.uuid7, editable=False, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(
                        default=key2key.common.clock.now, editable=False, verbose_name="created"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "not paid"),
                            ("active", "active"),
                            ("ended", "ended"),
                            ("cancelled", "cancelled"),
                        ],
                        default="waiting",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                (
                    "listing",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="listings.listing",
                        verbose_name="listing",
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="payments.payment",
                        verbose_name="payment",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        related_query_name="+",
                        to="payments.listingfee",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="plan",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "payments_planevent" ("code", "created_at", "id", "is_active", "live_quota", "name_am", "name_en", "order", "period_days", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "photo_quota") VALUES (NEW."code", NEW."created_at", NEW."id", NEW."is_active", NEW."live_quota", NEW."name_am", NEW."name_en", NEW."order", NEW."period_days", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."photo_quota"); RETURN NULL;',
                    hash="bc4cbd37ea04e7fcaeca14a0de865db6f6bd2c04",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_24fd5",
                    table="payments_plan",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="plan",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."live_quota" IS DISTINCT FROM (NEW."live_quota") OR OLD."name_am" IS DISTINCT FROM (NEW."name_am") OR OLD."name_en" IS DISTINCT FROM (NEW."name_en") OR OLD."order" IS DISTINCT FROM (NEW."order") OR OLD."period_days" IS DISTINCT FROM (NEW."period_days") OR OLD."photo_quota" IS DISTINCT FROM (NEW."photo_quota"))',
                    func='INSERT INTO "payments_planevent" ("code", "created_at", "id", "is_active", "live_quota", "name_am", "name_en", "order", "period_days", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "photo_quota") VALUES (NEW."code", NEW."created_at", NEW."id", NEW."is_active", NEW."live_quota", NEW."name_am", NEW."name_en", NEW."order", NEW."period_days", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."photo_quota"); RETURN NULL;',
                    hash="96b8fccae0b5d1af680ac896a74f925035f8baf3",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_ca060",
                    table="payments_plan",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="plan",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "payments_planevent" ("code", "created_at", "id", "is_active", "live_quota", "name_am", "name_en", "order", "period_days", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "photo_quota") VALUES (OLD."code", OLD."created_at", OLD."id", OLD."is_active", OLD."live_quota", OLD."name_am", OLD."name_en", OLD."order", OLD."period_days", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."photo_quota"); RETURN NULL;',
                    hash="3f0d6ad1a28f2181d3de63f587aef7ee10efbfe5",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_d4f9b",
                    table="payments_plan",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="planevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="history",
                related_query_name="+",
                to="payments.plan",
            ),
        ),
        migrations.AddField(
            model_name="planprice",
            name="plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="prices", to="payments.plan"
            ),
        ),
        migrations.AddField(
            model_name="planpriceevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="history",
                related_query_name="+",
                to="payments.planprice",
            ),
        ),
        migrations.AddField(
            model_name="planpriceevent",
            name="plan",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="payments.plan",
            ),
        ),
        migrations.AddField(
            model_name="subscription",
            name="organisation",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organisation",
                verbose_name="organisation",
            ),
        ),
        migrations.AddField(
            model_name="subscription",
            name="payment",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="payments.payment",
                verbose_name="payment",
            ),
        ),
        migrations.AddField(
            model_name="subscription",
            name="plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="payments.plan",
                verbose_name="plan",
            ),
        ),
        migrations.AddField(
            model_name="subscription",
            name="user",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="person",
            ),
        ),
        migrations.AddField(
            model_name="subscriptionevent",
            name="organisation",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="accounts.organisation",
                verbose_name="organisation",
            ),
        ),
        migrations.AddField(
            model_name="subscriptionevent",
            name="payment",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="payments.payment",
                verbose_name="payment",
            ),
        ),
        migrations.AddField(
            model_name="subscriptionevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="history",
                related_query_name="+",
                to="payments.subscription",
            ),
        ),
        migrations.AddField(
            model_name="subscriptionevent",
            name="plan",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="payments.plan",
                verbose_name="plan",
            ),
        ),
        migrations.AddField(
            model_name="subscriptionevent",
            name="user",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="person",
            ),
        ),
        migrations.AddIndex(
            model_name="boost",
            index=models.Index(fields=["listing", "ends_at"], name="payments_boost_listing"),
        ),
        migrations.AddIndex(
            model_name="boost",
            index=models.Index(
                condition=models.Q(("state", "active")), fields=["ends_at"], name="payments_boost_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="boost",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "waiting"),
                    models.Q(("ends_at__gte", models.F("starts_at")), ("starts_at__isnull", False)),
                    _connector="OR",
                ),
                name="payments_boost_has_its_time",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="boost",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "payments_boostevent" ("created_at", "days", "ended_at", "ends_at", "id", "listing_id", "payment_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_at", "state") VALUES (NEW."created_at", NEW."days", NEW."ended_at", NEW."ends_at", NEW."id", NEW."listing_id", NEW."payment_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."starts_at", NEW."state"); RETURN NULL;',
                    hash="eda40a85453985b91d27bbd1367488572d1c3de8",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_74e96",
                    table="payments_boost",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="boost",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."days" IS DISTINCT FROM (NEW."days") OR OLD."ended_at" IS DISTINCT FROM (NEW."ended_at") OR OLD."ends_at" IS DISTINCT FROM (NEW."ends_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."listing_id" IS DISTINCT FROM (NEW."listing_id") OR OLD."payment_id" IS DISTINCT FROM (NEW."payment_id") OR OLD."starts_at" IS DISTINCT FROM (NEW."starts_at") OR OLD."state" IS DISTINCT FROM (NEW."state"))',
                    func='INSERT INTO "payments_boostevent" ("created_at", "days", "ended_at", "ends_at", "id", "listing_id", "payment_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_at", "state") VALUES (NEW."created_at", NEW."days", NEW."ended_at", NEW."ends_at", NEW."id", NEW."listing_id", NEW."payment_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."starts_at", NEW."state"); RETURN NULL;',
                    hash="0978d419081c41b937eee3edd6425da1af8778fc",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_241da",
                    table="payments_boost",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="boost",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "payments_boostevent" ("created_at", "days", "ended_at", "ends_at", "id", "listing_id", "payment_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_at", "state") VALUES (OLD."created_at", OLD."days", OLD."ended_at", OLD."ends_at", OLD."id", OLD."listing_id", OLD."payment_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."starts_at", OLD."state"); RETURN NULL;',
                    hash="7f44f36986ba61098549c2f4eefb48dc03e54c75",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_9c21a",
                    table="payments_boost",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="listingfee",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "payments_listingfeeevent" ("created_at", "id", "listing_id", "payment_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state") VALUES (NEW."created_at", NEW."id", NEW."listing_id", NEW."payment_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."state"); RETURN NULL;',
                    hash="8529da037fdeb1509eda95cef6579ea82c40daa1",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_1f88c",
                    table="payments_listingfee",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="listingfee",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."listing_id" IS DISTINCT FROM (NEW."listing_id") OR OLD."payment_id" IS DISTINCT FROM (NEW."payment_id") OR OLD."state" IS DISTINCT FROM (NEW."state"))',
                    func='INSERT INTO "payments_listingfeeevent" ("created_at", "id", "listing_id", "payment_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state") VALUES (NEW."created_at", NEW."id", NEW."listing_id", NEW."payment_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."state"); RETURN NULL;',
                    hash="3dbbf5343e35f7e374e854ed0d1b3154ccd7d448",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_fd2aa",
                    table="payments_listingfee",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="listingfee",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "payments_listingfeeevent" ("created_at", "id", "listing_id", "payment_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state") VALUES (OLD."created_at", OLD."id", OLD."listing_id", OLD."payment_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."state"); RETURN NULL;',
                    hash="16b229328c5afaaefcc212e5e3b1c0f0a24d1bc7",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_2b13c",
                    table="payments_listingfee",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="planprice",
            constraint=models.UniqueConstraint(
                fields=("plan", "market", "currency"),
                name="payments_one_price_per_currency",
                violation_error_message="The plan already has a price in this currency in this market.",
            ),
        ),
        migrations.AddConstraint(
            model_name="planprice",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)),
                name="payments_plan_price_positive",
                violation_error_message="It must be more than zero.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="planprice",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "payments_planpriceevent" ("amount", "created_at", "currency", "id", "market", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id") VALUES (NEW."amount", NEW."created_at", NEW."currency", NEW."id", NEW."market", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."plan_id"); RETURN NULL;',
                    hash="513d4b68568a8a3a91f5dee64b5f0149d8ac858d",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_7aaf0",
                    table="payments_planprice",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="planprice",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."amount" IS DISTINCT FROM (NEW."amount") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."market" IS DISTINCT FROM (NEW."market") OR OLD."plan_id" IS DISTINCT FROM (NEW."plan_id"))',
                    func='INSERT INTO "payments_planpriceevent" ("amount", "created_at", "currency", "id", "market", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id") VALUES (NEW."amount", NEW."created_at", NEW."currency", NEW."id", NEW."market", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."plan_id"); RETURN NULL;',
                    hash="3ded40ce599416c5eaa7cd3e4eaeb7517f97eaa1",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_86a3a",
                    table="payments_planprice",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="planprice",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "payments_planpriceevent" ("amount", "created_at", "currency", "id", "market", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id") VALUES (OLD."amount", OLD."created_at", OLD."currency", OLD."id", OLD."market", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."plan_id"); RETURN NULL;',
                    hash="b5e777b223e656d81799eac80b0f552b3760b163",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_fa3c9",
                    table="payments_planprice",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="subscription",
            index=models.Index(fields=["user", "ends_at"], name="payments_subscription_user"),
        ),
        migrations.AddIndex(
            model_name="subscription",
            index=models.Index(fields=["organisation", "ends_at"], name="payments_subscription_org"),
        ),
        migrations.AddIndex(
            model_name="subscription",
            index=models.Index(
                condition=models.Q(("state", "active")), fields=["ends_at"], name="payments_subscription_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("user__isnull", False), ("organisation__isnull", False), _connector="XOR"
                ),
                name="payments_subscription_is_ones",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "waiting"),
                    models.Q(("ends_at__gte", models.F("starts_at")), ("starts_at__isnull", False)),
                    _connector="OR",
                ),
                name="payments_subscription_has_its_time",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="subscription",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "payments_subscriptionevent" ("created_at", "days", "ended_at", "ends_at", "id", "live_quota", "organisation_id", "payment_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "photo_quota", "plan_id", "starts_at", "state", "user_id", "warned_at") VALUES (NEW."created_at", NEW."days", NEW."ended_at", NEW."ends_at", NEW."id", NEW."live_quota", NEW."organisation_id", NEW."payment_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."photo_quota", NEW."plan_id", NEW."starts_at", NEW."state", NEW."user_id", NEW."warned_at"); RETURN NULL;',
                    hash="b1723237d007e7b237dea8c4f17ebbd3741f854c",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_3c896",
                    table="payments_subscription",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="subscription",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."days" IS DISTINCT FROM (NEW."days") OR OLD."ended_at" IS DISTINCT FROM (NEW."ended_at") OR OLD."ends_at" IS DISTINCT FROM (NEW."ends_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."live_quota" IS DISTINCT FROM (NEW."live_quota") OR OLD."organisation_id" IS DISTINCT FROM (NEW."organisation_id") OR OLD."payment_id" IS DISTINCT FROM (NEW."payment_id") OR OLD."photo_quota" IS DISTINCT FROM (NEW."photo_quota") OR OLD."plan_id" IS DISTINCT FROM (NEW."plan_id") OR OLD."starts_at" IS DISTINCT FROM (NEW."starts_at") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id") OR OLD."warned_at" IS DISTINCT FROM (NEW."warned_at"))',
                    func='INSERT INTO "payments_subscriptionevent" ("created_at", "days", "ended_at", "ends_at", "id", "live_quota", "organisation_id", "payment_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "photo_quota", "plan_id", "starts_at", "state", "user_id", "warned_at") VALUES (NEW."created_at", NEW."days", NEW."ended_at", NEW."ends_at", NEW."id", NEW."live_quota", NEW."organisation_id", NEW."payment_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."photo_quota", NEW."plan_id", NEW."starts_at", NEW."state", NEW."user_id", NEW."warned_at"); RETURN NULL;',
                    hash="60243b3f54f916cc807a9163615f19b4dbb65773",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_8d69e",
                    table="payments_subscription",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="subscription",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "payments_subscriptionevent" ("created_at", "days", "ended_at", "ends_at", "id", "live_quota", "organisation_id", "payment_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "photo_quota", "plan_id", "starts_at", "state", "user_id", "warned_at") VALUES (OLD."created_at", OLD."days", OLD."ended_at", OLD."ends_at", OLD."id", OLD."live_quota", OLD."organisation_id", OLD."payment_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."photo_quota", OLD."plan_id", OLD."starts_at", OLD."state", OLD."user_id", OLD."warned_at"); RETURN NULL;',
                    hash="98354fef59a19e8dd3c38dfa7fe54ae800905b11",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_10103",
                    table="payments_subscription",
                    when="AFTER",
                ),
            ),
        ),
    ]
