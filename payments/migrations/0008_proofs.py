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
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("payments", "0007_gateway_calls"),
    ]

    operations = [
        migrations.CreateModel(
            name='PaymentProof',
            fields=[
                ('id', models.UUIDField(default=key2key.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=key2key.common.clock.now, editable=False, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated')),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('approved', 'approved'), ('rejected', 'rejected')], default='waiting', max_length=8, verbose_name='state')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='amount')),
                ('paid_on', models.DateField(verbose_name='paid on')),
                ('bank_reference', models.CharField(max_length=60, verbose_name="bank's reference")),
                ('sender_name', models.CharField(blank=True, default='', max_length=120, verbose_name="sender's name")),
                ('sender_bank', models.CharField(blank=True, default='', max_length=80, verbose_name="sender's bank")),
                ('sealed_account', models.TextField(blank=True, default='', editable=False)),
                ('is_in_suspense', models.BooleanField(default=False, verbose_name='lies in suspense')),
                ('reason', models.TextField(blank=True, default='', verbose_name='reason')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
                ('content_type', models.CharField(max_length=40, verbose_name='media type')),
                ('bytes', models.PositiveIntegerField(verbose_name='bytes')),
                ('storage_key', models.CharField(editable=False, max_length=120)),
                ('sealed_key', models.TextField(editable=False)),
            ],
            options={
                'verbose_name': 'bank slip',
                'verbose_name_plural': 'bank slips',
                'ordering': ('-created_at', '-id'),
            },
        ),
        migrations.CreateModel(
            name='PaymentProofEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=key2key.common.ids.uuid7, editable=False, serialize=False)),
                ('created_at', models.DateTimeField(default=key2key.common.clock.now, editable=False, verbose_name='created')),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('approved', 'approved'), ('rejected', 'rejected')], default='waiting', max_length=8, verbose_name='state')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='amount')),
                ('paid_on', models.DateField(verbose_name='paid on')),
                ('bank_reference', models.CharField(max_length=60, verbose_name="bank's reference")),
                ('is_in_suspense', models.BooleanField(default=False, verbose_name='lies in suspense')),
                ('reason', models.TextField(blank=True, default='', verbose_name='reason')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
                ('content_type', models.CharField(max_length=40, verbose_name='media type')),
                ('bytes', models.PositiveIntegerField(verbose_name='bytes')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='BankRefund',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('bank_reference', models.CharField(max_length=60, verbose_name="bank's reference")),
                ('created_at', models.DateTimeField(default=key2key.common.clock.now, editable=False, verbose_name='when')),
                ('confirmed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='confirmed by')),
                ('refund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bank_refunds', to='payments.refund', verbose_name='refund')),
            ],
            options={
                'verbose_name': 'refund by hand',
                'verbose_name_plural': 'refunds by hand',
                'ordering': ('-id',),
            },
        ),
        migrations.AddField(
            model_name='paymentproof',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by'),
        ),
        migrations.AddField(
            model_name='paymentproof',
            name='payment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proofs', to='payments.payment', verbose_name='payment'),
        ),
        migrations.AddField(
            model_name='paymentproofevent',
            name='decided_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by'),
        ),
        migrations.AddField(
            model_name='paymentproofevent',
            name='payment',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='payments.payment', verbose_name='payment'),
        ),
        migrations.AddField(
            model_name='paymentproofevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='+', to='payments.paymentproof'),
        ),
        migrations.AddConstraint(
            model_name='bankrefund',
            constraint=models.UniqueConstraint(fields=('refund',), name='payments_one_bank_refund'),
        ),
        migrations.AddConstraint(
            model_name='bankrefund',
            constraint=models.UniqueConstraint(fields=('bank_reference',), name='payments_one_transfer_confirms_once'),
        ),
        migrations.AddIndex(
            model_name='paymentproof',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['created_at', 'id'], name='payments_proof_queue'),
        ),
        migrations.AddConstraint(
            model_name='paymentproof',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'approved')), fields=('bank_reference',), name='payments_one_slip_counts_once'),
        ),
        migrations.AddConstraint(
            model_name='paymentproof',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('payment',), name='payments_one_waiting_proof'),
        ),
        migrations.AddConstraint(
            model_name='paymentproof',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='payments_proof_positive'),
        ),
        migrations.AddConstraint(
            model_name='paymentproof',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'waiting'), ('decided_at__isnull', False), _connector='OR'), name='payments_proof_decided_by_somebody'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='paymentproof',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "payments_paymentproofevent" ("amount", "bank_reference", "bytes", "content_type", "created_at", "decided_at", "decided_by_id", "id", "is_in_suspense", "paid_on", "payment_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "state") VALUES (NEW."amount", NEW."bank_reference", NEW."bytes", NEW."content_type", NEW."created_at", NEW."decided_at", NEW."decided_by_id", NEW."id", NEW."is_in_suspense", NEW."paid_on", NEW."payment_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."reason", NEW."state"); RETURN NULL;', hash='b535987e4b9831a667eb0473e4575b2915a58ae2', operation='INSERT', pgid='pgtrigger_insert_insert_042e4', table='payments_paymentproof', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='paymentproof',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."amount" IS DISTINCT FROM (NEW."amount") OR OLD."bank_reference" IS DISTINCT FROM (NEW."bank_reference") OR OLD."bytes" IS DISTINCT FROM (NEW."bytes") OR OLD."content_type" IS DISTINCT FROM (NEW."content_type") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."decided_at" IS DISTINCT FROM (NEW."decided_at") OR OLD."decided_by_id" IS DISTINCT FROM (NEW."decided_by_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_in_suspense" IS DISTINCT FROM (NEW."is_in_suspense") OR OLD."paid_on" IS DISTINCT FROM (NEW."paid_on") OR OLD."payment_id" IS DISTINCT FROM (NEW."payment_id") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."state" IS DISTINCT FROM (NEW."state"))', func='INSERT INTO "payments_paymentproofevent" ("amount", "bank_reference", "bytes", "content_type", "created_at", "decided_at", "decided_by_id", "id", "is_in_suspense", "paid_on", "payment_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "state") VALUES (NEW."amount", NEW."bank_reference", NEW."bytes", NEW."content_type", NEW."created_at", NEW."decided_at", NEW."decided_by_id", NEW."id", NEW."is_in_suspense", NEW."paid_on", NEW."payment_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."reason", NEW."state"); RETURN NULL;', hash='e7806f7e2a829b7454d7738d912ecfcb472be8d5', operation='UPDATE', pgid='pgtrigger_update_update_39aac', table='payments_paymentproof', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='paymentproof',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "payments_paymentproofevent" ("amount", "bank_reference", "bytes", "content_type", "created_at", "decided_at", "decided_by_id", "id", "is_in_suspense", "paid_on", "payment_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "state") VALUES (OLD."amount", OLD."bank_reference", OLD."bytes", OLD."content_type", OLD."created_at", OLD."decided_at", OLD."decided_by_id", OLD."id", OLD."is_in_suspense", OLD."paid_on", OLD."payment_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."reason", OLD."state"); RETURN NULL;', hash='f254c44eb2bcbab91f9dd44d6cd078f65b20f51a', operation='DELETE', pgid='pgtrigger_delete_delete_66043', table='payments_paymentproof', when='AFTER')),
        ),
        migrations.CreateModel(
            name='RefundByHand',
            fields=[
            ],
            options={
                'verbose_name': 'bank refund to make',
                'verbose_name_plural': 'bank refunds to make',
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('payments.refund',),
        ),
    ]
