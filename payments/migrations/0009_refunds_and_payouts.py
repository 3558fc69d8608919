import django.db.models.deletion
import django.utils.timezone
import key2key.common.clock
import key2key.common.ids
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0008_proofs'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HoldInstruction',
            fields=[
                ('id', models.UUIDField(default=key2key.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=key2key.common.clock.now, editable=False, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated')),
                ('kind', models.CharField(choices=[('release', "release to the seller's side"), ('refund', 'refund to the buyer')], max_length=8, verbose_name='what')),
                ('state', models.CharField(choices=[('waiting', 'waits for approval'), ('approved', 'approved'), ('carried_out', 'carried out'), ('dropped', "dropped: the payer's bank took the money")], default='waiting', max_length=12, verbose_name='state')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='amount')),
                ('currency', models.CharField(choices=[('ETB', 'Ethiopian birr'), ('USD', 'US dollar'), ('EUR', 'Euro'), ('GBP', 'British pound'), ('AED', 'UAE dirham')], max_length=3, verbose_name='currency')),
                ('platform_fee', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=14, verbose_name='platform fee')),
                ('commission', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=14, verbose_name='commission')),
                ('commission_payee', models.UUIDField(blank=True, null=True, verbose_name='commission goes to')),
                ('reason', models.TextField(blank=True, default='', verbose_name='reason')),
                ('approved_at', models.DateTimeField(blank=True, null=True, verbose_name='approved')),
                ('carried_out_at', models.DateTimeField(blank=True, null=True, verbose_name='carried out')),
                ('evidence', models.CharField(blank=True, default='', max_length=200, verbose_name="keeper's reference")),
            ],
            options={
                'verbose_name': 'instruction on a deposit',
                'verbose_name_plural': 'instructions on deposits',
                'ordering': ('-created_at', '-id'),
                'permissions': [('approve_holdinstruction', 'Can approve instructions on deposits'), ('execute_holdinstruction', 'Can carry out instructions on deposits')],
            },
        ),
        migrations.CreateModel(
            name='HoldInstructionEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=key2key.common.ids.uuid7, editable=False, serialize=False)),
                ('created_at', models.DateTimeField(default=key2key.common.clock.now, editable=False, verbose_name='created')),
                ('kind', models.CharField(choices=[('release', "release to the seller's side"), ('refund', 'refund to the buyer')], max_length=8, verbose_name='what')),
                ('state', models.CharField(choices=[('waiting', 'waits for approval'), ('approved', 'approved'), ('carried_out', 'carried out'), ('dropped', "dropped: the payer's bank took the money")], default='waiting', max_length=12, verbose_name='state')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='amount')),
                ('currency', models.CharField(choices=[('ETB', 'Ethiopian birr'), ('USD', 'US dollar'), ('EUR', 'Euro'), ('GBP', 'British pound'), ('AED', 'UAE dirham')], max_length=3, verbose_name='currency')),
                ('platform_fee', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=14, verbose_name='platform fee')),
                ('commission', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=14, verbose_name='commission')),
                ('commission_payee', models.UUIDField(blank=True, null=True, verbose_name='commission goes to')),
                ('reason', models.TextField(blank=True, default='', verbose_name='reason')),
                ('approved_at', models.DateTimeField(blank=True, null=True, verbose_name='approved')),
                ('carried_out_at', models.DateTimeField(blank=True, null=True, verbose_name='carried out')),
                ('evidence', models.CharField(blank=True, default='', max_length=200, verbose_name="keeper's reference")),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Payout',
            fields=[
                ('id', models.UUIDField(default=key2key.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=key2key.common.clock.now, editable=False, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated')),
                ('payee_id', models.UUIDField(verbose_name='payee')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='amount')),
                ('currency', models.CharField(choices=[('ETB', 'Ethiopian birr'), ('USD', 'US dollar'), ('EUR', 'Euro'), ('GBP', 'British pound'), ('AED', 'UAE dirham')], max_length=3, verbose_name='currency')),
                ('status', models.CharField(choices=[('requested', 'requested'), ('approved', 'approved'), ('processing', 'on its way'), ('paid', 'paid'), ('failed', 'failed'), ('cancelled', 'cancelled'), ('on_hold', 'on hold')], default='requested', max_length=10, verbose_name='status')),
                ('held_from', models.CharField(blank=True, default='', editable=False, max_length=10)),
                ('reference', models.CharField(max_length=20, unique=True, verbose_name='reference')),
                ('approvals_needed', models.PositiveSmallIntegerField(default=1, verbose_name='approvals needed')),
                ('channel', models.CharField(blank=True, default='', max_length=20, verbose_name='sent over')),
                ('channel_reference', models.CharField(blank=True, default='', max_length=100, verbose_name="channel's reference")),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent')),
                ('checked_at', models.DateTimeField(blank=True, null=True, verbose_name='last asked')),
                ('bank_reference', models.CharField(blank=True, default='', max_length=100, verbose_name="bank's reference")),
                ('reason', models.TextField(blank=True, default='', verbose_name='reason')),
                ('failure_code', models.CharField(blank=True, default='', max_length=60, verbose_name='why it failed')),
                ('review_reason', models.CharField(blank=True, default='', max_length=60, verbose_name='to be looked at because')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
            ],
            options={
                'verbose_name': 'payout',
                'verbose_name_plural': 'payouts',
                'ordering': ('-created_at', '-id'),
                'permissions': [('approve_payout', 'Can approve or decline payouts'), ('execute_payout', 'Can send payouts and say how they ended')],
            },
        ),
        migrations.CreateModel(
            name='PayoutAccount',
            fields=[
                ('id', models.UUIDField(default=key2key.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=key2key.common.clock.now, editable=False, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated')),
                ('payee_id', models.UUIDField(verbose_name='payee')),
                ('bank_code', models.CharField(max_length=20, verbose_name='bank code')),
                ('bank_name', models.CharField(max_length=100, verbose_name='bank')),
                ('account_name', models.CharField(max_length=150, verbose_name='account holder')),
                ('sealed_number', models.TextField(editable=False)),
                ('number_ending', models.CharField(max_length=4, verbose_name='number ends in')),
                ('currency', models.CharField(choices=[('ETB', 'Ethiopian birr'), ('USD', 'US dollar'), ('EUR', 'Euro'), ('GBP', 'British pound'), ('AED', 'UAE dirham')], max_length=3, verbose_name='currency')),
                ('state', models.CharField(choices=[('pending', 'waits for a check'), ('active', 'active'), ('restricted', 'restricted'), ('rejected', 'rejected')], default='pending', max_length=10, verbose_name='state')),
                ('state_reason', models.TextField(blank=True, default='', verbose_name='reason of the state')),
                ('checked_at', models.DateTimeField(blank=True, null=True, verbose_name='checked')),
            ],
            options={
                'verbose_name': 'payout account',
                'verbose_name_plural': 'payout accounts',
                'ordering': ('-created_at', '-id'),
            },
        ),
        migrations.CreateModel(
            name='PayoutAccountEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=key2key.common.ids.uuid7, editable=False, serialize=False)),
                ('created_at', models.DateTimeField(default=key2key.common.clock.now, editable=False, verbose_name='created')),
                ('payee_id', models.UUIDField(verbose_name='payee')),
                ('bank_code', models.CharField(max_length=20, verbose_name='bank code')),
                ('bank_name', models.CharField(max_length=100, verbose_name='bank')),
                ('currency', models.CharField(choices=[('ETB', 'Ethiopian birr'), ('USD', 'US dollar'), ('EUR', 'Euro'), ('GBP', 'British pound'), ('AED', 'UAE dirham')], max_length=3, verbose_name='currency')),
                ('state', models.CharField(choices=[('pending', 'waits for a check'), ('active', 'active'), ('restricted', 'restricted'), ('rejected', 'rejected')], default='pending', max_length=10, verbose_name='state')),
                ('state_reason', models.TextField(blank=True, default='', verbose_name='reason of the state')),
                ('checked_at', models.DateTimeField(blank=True, null=True, verbose_name='checked')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PayoutApproval',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=key2key.common.clock.now, editable=False, verbose_name='when')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='PayoutBatch',
            fields=[
                ('id', models.UUIDField(default=key2key.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=key2key.common.clock.now, editable=False, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated')),
                ('reference', models.CharField(max_length=20, unique=True, verbose_name='reference')),
                ('currency', models.CharField(choices=[('ETB', 'Ethiopian birr'), ('USD', 'US dollar'), ('EUR', 'Euro'), ('GBP', 'British pound'), ('AED', 'UAE dirham')], max_length=3, verbose_name='currency')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='total')),
                ('many', models.PositiveIntegerField(verbose_name='payouts')),
            ],
            options={
                'verbose_name': 'file for the bank',
                'verbose_name_plural': 'files for the bank',
                'ordering': ('-created_at', '-id'),
            },
        ),
        migrations.CreateModel(
            name='PayoutEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=key2key.common.ids.uuid7, editable=False, serialize=False)),
                ('created_at', models.DateTimeField(default=key2key.common.clock.now, editable=False, verbose_name='created')),
                ('payee_id', models.UUIDField(verbose_name='payee')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='amount')),
                ('currency', models.CharField(choices=[('ETB', 'Ethiopian birr'), ('USD', 'US dollar'), ('EUR', 'Euro'), ('GBP', 'British pound'), ('AED', 'UAE dirham')], max_length=3, verbose_name='currency')),
                ('status', models.CharField(choices=[('requested', 'requested'), ('approved', 'approved'), ('processing', 'on its way'), ('paid', 'paid'), ('failed', 'failed'), ('cancelled', 'cancelled'), ('on_hold', 'on hold')], default='requested', max_length=10, verbose_name='status')),
                ('held_from', models.CharField(blank=True, default='', editable=False, max_length=10)),
                ('reference', models.CharField(max_length=20, verbose_name='reference')),
                ('approvals_needed', models.PositiveSmallIntegerField(default=1, verbose_name='approvals needed')),
                ('channel', models.CharField(blank=True, default='', max_length=20, verbose_name='sent over')),
                ('channel_reference', models.CharField(blank=True, default='', max_length=100, verbose_name="channel's reference")),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent')),
                ('bank_reference', models.CharField(blank=True, default='', max_length=100, verbose_name="bank's reference")),
                ('reason', models.TextField(blank=True, default='', verbose_name='reason')),
                ('failure_code', models.CharField(blank=True, default='', max_length=60, verbose_name='why it failed')),
                ('review_reason', models.CharField(blank=True, default='', max_length=60, verbose_name='to be looked at because')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PayoutSending',
            fields=[
                ('work_state', models.CharField(choices=[('queued', 'queued'), ('running', 'running'), ('done', 'done'), ('parked', 'parked')], default='queued', editable=False, max_length=8, verbose_name='work state')),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='due')),
                ('attempts', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='attempts')),
                ('lease', models.PositiveIntegerField(default=0, editable=False)),
                ('last_error', models.TextField(blank=True, default='', editable=False, verbose_name='last error')),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
            ],
            options={
                'verbose_name': 'payout to send',
                'verbose_name_plural': 'payouts to send',
                'abstract': False,
            },
        ),
        migrations.AlterModelOptions(
            name='refund',
            options={'ordering': ('-created_at', '-id'), 'permissions': [('approve_refund', 'Can approve or decline refunds'), ('execute_refund', 'Can request and send refunds')], 'verbose_name': 'refund', 'verbose_name_plural': 'refunds'},
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='refund',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='refund',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='refund',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='refund',
            name='decided_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='approved or declined'),
        ),
        migrations.AddField(
            model_name='refund',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approved or declined by'),
        ),
        migrations.AddField(
            model_name='refund',
            name='decline_reason',
            field=models.TextField(blank=True, default='', verbose_name='declined because'),
        ),
        migrations.AddField(
            model_name='refund',
            name='executed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sent by'),
        ),
        migrations.AddField(
            model_name='refundevent',
            name='decided_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='approved or declined'),
        ),
        migrations.AddField(
            model_name='refundevent',
            name='decided_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approved or declined by'),
        ),
        migrations.AddField(
            model_name='refundevent',
            name='decline_reason',
            field=models.TextField(blank=True, default='', verbose_name='declined because'),
        ),
        migrations.AddField(
            model_name='refundevent',
            name='executed_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sent by'),
        ),
        migrations.AddField(
            model_name='transfer',
            name='payout_id',
            field=models.UUIDField(blank=True, db_index=True, null=True, verbose_name='payout'),
        ),
        migrations.AlterField(
            model_name='transfer',
            name='cause',
            field=models.CharField(choices=[('deposit_paid', 'deposit paid'), ('revenue_paid', 'service paid'), ('late_paid', 'paid too late'), ('unknown_paid', 'money that matches nothing'), ('gateway_fee', 'fee of the gateway'), ('released', 'deposit released'), ('commission', 'commission'), ('platform_fee', 'platform fee'), ('deposit_refund', 'refund of a deposit'), ('revenue_refund', 'refund of a service'), ('late_refund', 'refund of a late payment'), ('suspense_refund', 'suspense sent back'), ('refund_confirmed', 'refund confirmed'), ('deposit_refund_failed', 'refund of a deposit failed'), ('revenue_refund_failed', 'refund of a service failed'), ('late_refund_failed', 'refund of a late payment failed'), ('suspense_refund_failed', 'suspense came back'), ('chargeback_opened', 'chargeback opened'), ('chargeback_won', 'chargeback won'), ('deposit_charged_back', 'deposit charged back'), ('late_charged_back', 'late payment charged back'), ('chargeback_loss', 'chargeback lost'), ('bank_settled', 'settled to the bank'), ('suspense_to_hold', 'suspense matched to a deposit'), ('suspense_to_payer', 'suspense owed to a payer'), ('suspense_to_revenue', 'suspense matched to a service'), ('payout_sent', 'payout sent'), ('payout_confirmed', 'payout confirmed by the bank'), ('payout_passed_on', 'payout confirmed by the gateway'), ('payout_failed', 'payout came back'), ('payout_returned', 'payout returned by the bank'), ('payout_sent_back', 'payout returned by the gateway')], max_length=24, verbose_name='cause'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='refund',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "payments_refundevent" ("amount", "created_at", "currency", "decided_at", "decided_by_id", "decline_reason", "ended_at", "executed_by_id", "failure_code", "id", "payment_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "reference", "requested_by_id", "sent_at", "source", "status", "tries") VALUES (NEW."amount", NEW."created_at", NEW."currency", NEW."decided_at", NEW."decided_by_id", NEW."decline_reason", NEW."ended_at", NEW."executed_by_id", NEW."failure_code", NEW."id", NEW."payment_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."reason", NEW."reference", NEW."requested_by_id", NEW."sent_at", NEW."source", NEW."status", NEW."tries"); RETURN NULL;', hash='1f0766c5db59c035f251567e1621ceb4e2ee776a', operation='INSERT', pgid='pgtrigger_insert_insert_eff19', table='payments_refund', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='refund',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."amount" IS DISTINCT FROM (NEW."amount") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."decided_at" IS DISTINCT FROM (NEW."decided_at") OR OLD."decided_by_id" IS DISTINCT FROM (NEW."decided_by_id") OR OLD."decline_reason" IS DISTINCT FROM (NEW."decline_reason") OR OLD."ended_at" IS DISTINCT FROM (NEW."ended_at") OR OLD."executed_by_id" IS DISTINCT FROM (NEW."executed_by_id") OR OLD."failure_code" IS DISTINCT FROM (NEW."failure_code") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."payment_id" IS DISTINCT FROM (NEW."payment_id") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."reference" IS DISTINCT FROM (NEW."reference") OR OLD."requested_by_id" IS DISTINCT FROM (NEW."requested_by_id") OR OLD."sent_at" IS DISTINCT FROM (NEW."sent_at") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."status" IS DISTINCT FROM (NEW."status") OR OLD."tries" IS DISTINCT FROM (NEW."tries"))', func='INSERT INTO "payments_refundevent" ("amount", "created_at", "currency", "decided_at", "decided_by_id", "decline_reason", "ended_at", "executed_by_id", "failure_code", "id", "payment_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "reference", "requested_by_id", "sent_at", "source", "status", "tries") VALUES (NEW."amount", NEW."created_at", NEW."currency", NEW."decided_at", NEW."decided_by_id", NEW."decline_reason", NEW."ended_at", NEW."executed_by_id", NEW."failure_code", NEW."id", NEW."payment_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."reason", NEW."reference", NEW."requested_by_id", NEW."sent_at", NEW."source", NEW."status", NEW."tries"); RETURN NULL;', hash='d597047c52be3b81007f46b72816bdf0bcb50a15', operation='UPDATE', pgid='pgtrigger_update_update_1c17b', table='payments_refund', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='refund',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "payments_refundevent" ("amount", "created_at", "currency", "decided_at", "decided_by_id", "decline_reason", "ended_at", "executed_by_id", "failure_code", "id", "payment_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "reference", "requested_by_id", "sent_at", "source", "status", "tries") VALUES (OLD."amount", OLD."created_at", OLD."currency", OLD."decided_at", OLD."decided_by_id", OLD."decline_reason", OLD."ended_at", OLD."executed_by_id", OLD."failure_code", OLD."id", OLD."payment_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."reason", OLD."reference", OLD."requested_by_id", OLD."sent_at", OLD."source", OLD."status", OLD."tries"); RETURN NULL;', hash='2f740df27b13efc65fe29fef72cd8f2a27e24414', operation='DELETE', pgid='pgtrigger_delete_delete_28c57', table='payments_refund', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(models.Q(('decided_by', models.F('requested_by')), ('requested_by__isnull', False), _negated=True), models.Q(('decided_by', models.F('executed_by')), ('executed_by__isnull', False), _negated=True)), _connector='OR'), name='payments_refund_two_people'),
        ),
        migrations.AddField(
            model_name='holdinstruction',
            name='approved_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approved by'),
        ),
        migrations.AddField(
            model_name='holdinstruction',
            name='carried_out_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='carried out by'),
        ),
        migrations.AddField(
            model_name='holdinstruction',
            name='hold',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='instructions', to='payments.hold', verbose_name='hold'),
        ),
        migrations.AddField(
            model_name='holdinstructionevent',
            name='approved_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approved by'),
        ),
        migrations.AddField(
            model_name='holdinstructionevent',
            name='carried_out_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='carried out by'),
        ),
        migrations.AddField(
            model_name='holdinstructionevent',
            name='hold',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='payments.hold', verbose_name='hold'),
        ),
        migrations.AddField(
            model_name='holdinstructionevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='+', to='payments.holdinstruction'),
        ),
        migrations.AddField(
            model_name='payout',
            name='requested_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='requested by'),
        ),
        migrations.AddField(
            model_name='payout',
            name='sent_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sent by'),
        ),
        migrations.AddField(
            model_name='payoutaccount',
            name='added_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='added by'),
        ),
        migrations.AddField(
            model_name='payoutaccount',
            name='checked_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='checked by'),
        ),
        migrations.AddField(
            model_name='payout',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payouts', to='payments.payoutaccount', verbose_name='account'),
        ),
        migrations.AddField(
            model_name='payoutaccountevent',
            name='added_by',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='added by'),
        ),
        migrations.AddField(
            model_name='payoutaccountevent',
            name='checked_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='checked by'),
        ),
        migrations.AddField(
            model_name='payoutaccountevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='+', to='payments.payoutaccount'),
        ),
        migrations.AddField(
            model_name='payoutapproval',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approved by'),
        ),
        migrations.AddField(
            model_name='payoutapproval',
            name='payout',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='payments.payout'),
        ),
        migrations.AddField(
            model_name='payoutbatch',
            name='made_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by'),
        ),
        migrations.AddField(
            model_name='payout',
            name='batch',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='payouts', to='payments.payoutbatch', verbose_name='file for the bank'),
        ),
        migrations.AddField(
            model_name='payoutevent',
            name='account',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='payments.payoutaccount', verbose_name='account'),
        ),
        migrations.AddField(
            model_name='payoutevent',
            name='batch',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='payments.payoutbatch', verbose_name='file for the bank'),
        ),
        migrations.AddField(
            model_name='payoutevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='+', to='payments.payout'),
        ),
        migrations.AddField(
            model_name='payoutevent',
            name='requested_by',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='requested by'),
        ),
        migrations.AddField(
            model_name='payoutevent',
            name='sent_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sent by'),
        ),
        migrations.AddField(
            model_name='payoutsending',
            name='payout',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='sending', to='payments.payout', verbose_name='payout'),
        ),
        migrations.AddIndex(
            model_name='holdinstruction',
            index=models.Index(condition=models.Q(('state__in', ['waiting', 'approved'])), fields=['created_at'], name='payments_instruction_open'),
        ),
        migrations.AddConstraint(
            model_name='holdinstruction',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('hold', 'kind'), name='payments_one_instruction_waits'),
        ),
        migrations.AddConstraint(
            model_name='holdinstruction',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='payments_instruction_positive'),
        ),
        migrations.AddConstraint(
            model_name='holdinstruction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'carried_out'), _negated=True), models.Q(('approved_by__isnull', False), ('carried_out_by__isnull', False), models.Q(('approved_by', models.F('carried_out_by')), _negated=True), models.Q(('evidence', ''), _negated=True)), _connector='OR'), name='payments_instruction_two_people'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='holdinstruction',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "payments_holdinstructionevent" ("amount", "approved_at", "approved_by_id", "carried_out_at", "carried_out_by_id", "commission", "commission_payee", "created_at", "currency", "evidence", "hold_id", "id", "kind", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "platform_fee", "reason", "state") VALUES (NEW."amount", NEW."approved_at", NEW."approved_by_id", NEW."carried_out_at", NEW."carried_out_by_id", NEW."commission", NEW."commission_payee", NEW."created_at", NEW."currency", NEW."evidence", NEW."hold_id", NEW."id", NEW."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."platform_fee", NEW."reason", NEW."state"); RETURN NULL;', hash='93b941d1a472469f43b182438800ff31f36964d2', operation='INSERT', pgid='pgtrigger_insert_insert_09f1c', table='payments_holdinstruction', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='holdinstruction',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."amount" IS DISTINCT FROM (NEW."amount") OR OLD."approved_at" IS DISTINCT FROM (NEW."approved_at") OR OLD."approved_by_id" IS DISTINCT FROM (NEW."approved_by_id") OR OLD."carried_out_at" IS DISTINCT FROM (NEW."carried_out_at") OR OLD."carried_out_by_id" IS DISTINCT FROM (NEW."carried_out_by_id") OR OLD."commission" IS DISTINCT FROM (NEW."commission") OR OLD."commission_payee" IS DISTINCT FROM (NEW."commission_payee") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."evidence" IS DISTINCT FROM (NEW."evidence") OR OLD."hold_id" IS DISTINCT FROM (NEW."hold_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."platform_fee" IS DISTINCT FROM (NEW."platform_fee") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."state" IS DISTINCT FROM (NEW."state"))', func='INSERT INTO "payments_holdinstructionevent" ("amount", "approved_at", "approved_by_id", "carried_out_at", "carried_out_by_id", "commission", "commission_payee", "created_at", "currency", "evidence", "hold_id", "id", "kind", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "platform_fee", "reason", "state") VALUES (NEW."amount", NEW."approved_at", NEW."approved_by_id", NEW."carried_out_at", NEW."carried_out_by_id", NEW."commission", NEW."commission_payee", NEW."created_at", NEW."currency", NEW."evidence", NEW."hold_id", NEW."id", NEW."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."platform_fee", NEW."reason", NEW."state"); RETURN NULL;', hash='15060603da70f3469a6be9182e18f0024ac205b4', operation='UPDATE', pgid='pgtrigger_update_update_1b5dc', table='payments_holdinstruction', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='holdinstruction',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "payments_holdinstructionevent" ("amount", "approved_at", "approved_by_id", "carried_out_at", "carried_out_by_id", "commission", "commission_payee", "created_at", "currency", "evidence", "hold_id", "id", "kind", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "platform_fee", "reason", "state") VALUES (OLD."amount", OLD."approved_at", OLD."approved_by_id", OLD."carried_out_at", OLD."carried_out_by_id", OLD."commission", OLD."commission_payee", OLD."created_at", OLD."currency", OLD."evidence", OLD."hold_id", OLD."id", OLD."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."platform_fee", OLD."reason", OLD."state"); RETURN NULL;', hash='4717a7bd39d02993303f208b5cae7e24a4580ef1', operation='DELETE', pgid='pgtrigger_delete_delete_e8375', table='payments_holdinstruction', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='payoutaccount',
            index=models.Index(fields=['payee_id', '-created_at', '-id'], name='payments_payout_account_payee'),
        ),
        migrations.AddIndex(
            model_name='payoutaccount',
            index=models.Index(condition=models.Q(('state', 'pending')), fields=['created_at'], name='payments_payout_account_new'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payoutaccount',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "payments_payoutaccountevent" ("added_by_id", "bank_code", "bank_name", "checked_at", "checked_by_id", "created_at", "currency", "id", "payee_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state", "state_reason") VALUES (NEW."added_by_id", NEW."bank_code", NEW."bank_name", NEW."checked_at", NEW."checked_by_id", NEW."created_at", NEW."currency", NEW."id", NEW."payee_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."state", NEW."state_reason"); RETURN NULL;', hash='04b024f9cd4698c8e0d2d90f5ef12799d8d3da53', operation='INSERT', pgid='pgtrigger_insert_insert_dc69e', table='payments_payoutaccount', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payoutaccount',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."added_by_id" IS DISTINCT FROM (NEW."added_by_id") OR OLD."bank_code" IS DISTINCT FROM (NEW."bank_code") OR OLD."bank_name" IS DISTINCT FROM (NEW."bank_name") OR OLD."checked_at" IS DISTINCT FROM (NEW."checked_at") OR OLD."checked_by_id" IS DISTINCT FROM (NEW."checked_by_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."payee_id" IS DISTINCT FROM (NEW."payee_id") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."state_reason" IS DISTINCT FROM (NEW."state_reason"))', func='INSERT INTO "payments_payoutaccountevent" ("added_by_id", "bank_code", "bank_name", "checked_at", "checked_by_id", "created_at", "currency", "id", "payee_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state", "state_reason") VALUES (NEW."added_by_id", NEW."bank_code", NEW."bank_name", NEW."checked_at", NEW."checked_by_id", NEW."created_at", NEW."currency", NEW."id", NEW."payee_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."state", NEW."state_reason"); RETURN NULL;', hash='8d1649cb65856615862fe058c96ae3a92c282015', operation='UPDATE', pgid='pgtrigger_update_update_d2d5a', table='payments_payoutaccount', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payoutaccount',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "payments_payoutaccountevent" ("added_by_id", "bank_code", "bank_name", "checked_at", "checked_by_id", "created_at", "currency", "id", "payee_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state", "state_reason") VALUES (OLD."added_by_id", OLD."bank_code", OLD."bank_name", OLD."checked_at", OLD."checked_by_id", OLD."created_at", OLD."currency", OLD."id", OLD."payee_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."state", OLD."state_reason"); RETURN NULL;', hash='e33dcb03de3b3427c074bb7da66619cf6f57e424', operation='DELETE', pgid='pgtrigger_delete_delete_2a8cd', table='payments_payoutaccount', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='payoutapproval',
            constraint=models.UniqueConstraint(fields=('payout', 'by'), name='payments_one_approval_each'),
        ),
        migrations.AddIndex(
            model_name='payout',
            index=models.Index(fields=['payee_id', '-created_at', '-id'], name='payments_payout_payee'),
        ),
        migrations.AddIndex(
            model_name='payout',
            index=models.Index(condition=models.Q(('status__in', ['requested', 'approved', 'processing', 'on_hold'])), fields=['created_at'], name='payments_payout_open'),
        ),
        migrations.AddConstraint(
            model_name='payout',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='payments_payout_positive'),
        ),
        migrations.AddConstraint(
            model_name='payout',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'paid'), _negated=True), models.Q(('bank_reference', ''), _negated=True), _connector='OR'), name='payments_payout_paid_with_evidence'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payout',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "payments_payoutevent" ("account_id", "amount", "approvals_needed", "bank_reference", "batch_id", "channel", "channel_reference", "created_at", "currency", "ended_at", "failure_code", "held_from", "id", "payee_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "reference", "requested_by_id", "review_reason", "sent_at", "sent_by_id", "status") VALUES (NEW."account_id", NEW."amount", NEW."approvals_needed", NEW."bank_reference", NEW."batch_id", NEW."channel", NEW."channel_reference", NEW."created_at", NEW."currency", NEW."ended_at", NEW."failure_code", NEW."held_from", NEW."id", NEW."payee_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."reason", NEW."reference", NEW."requested_by_id", NEW."review_reason", NEW."sent_at", NEW."sent_by_id", NEW."status"); RETURN NULL;', hash='96c5c53168b93946a5423cbadeb3c32968bb2e5f', operation='INSERT', pgid='pgtrigger_insert_insert_991c8', table='payments_payout', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payout',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."account_id" IS DISTINCT FROM (NEW."account_id") OR OLD."amount" IS DISTINCT FROM (NEW."amount") OR OLD."approvals_needed" IS DISTINCT FROM (NEW."approvals_needed") OR OLD."bank_reference" IS DISTINCT FROM (NEW."bank_reference") OR OLD."batch_id" IS DISTINCT FROM (NEW."batch_id") OR OLD."channel" IS DISTINCT FROM (NEW."channel") OR OLD."channel_reference" IS DISTINCT FROM (NEW."channel_reference") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."ended_at" IS DISTINCT FROM (NEW."ended_at") OR OLD."failure_code" IS DISTINCT FROM (NEW."failure_code") OR OLD."held_from" IS DISTINCT FROM (NEW."held_from") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."payee_id" IS DISTINCT FROM (NEW."payee_id") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."reference" IS DISTINCT FROM (NEW."reference") OR OLD."requested_by_id" IS DISTINCT FROM (NEW."requested_by_id") OR OLD."review_reason" IS DISTINCT FROM (NEW."review_reason") OR OLD."sent_at" IS DISTINCT FROM (NEW."sent_at") OR OLD."sent_by_id" IS DISTINCT FROM (NEW."sent_by_id") OR OLD."status" IS DISTINCT FROM (NEW."status"))', func='INSERT INTO "payments_payoutevent" ("account_id", "amount", "approvals_needed", "bank_reference", "batch_id", "channel", "channel_reference", "created_at", "currency", "ended_at", "failure_code", "held_from", "id", "payee_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "reference", "requested_by_id", "review_reason", "sent_at", "sent_by_id", "status") VALUES (NEW."account_id", NEW."amount", NEW."approvals_needed", NEW."bank_reference", NEW."batch_id", NEW."channel", NEW."channel_reference", NEW."created_at", NEW."currency", NEW."ended_at", NEW."failure_code", NEW."held_from", NEW."id", NEW."payee_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."reason", NEW."reference", NEW."requested_by_id", NEW."review_reason", NEW."sent_at", NEW."sent_by_id", NEW."status"); RETURN NULL;', hash='e7fcf21a749c40e3c26e9e4533256f77444d1cf3', operation='UPDATE', pgid='pgtrigger_update_update_9c9c9', table='payments_payout', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payout',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "payments_payoutevent" ("account_id", "amount", "approvals_needed", "bank_reference", "batch_id", "channel", "channel_reference", "created_at", "currency", "ended_at", "failure_code", "held_from", "id", "payee_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "reference", "requested_by_id", "review_reason", "sent_at", "sent_by_id", "status") VALUES (OLD."account_id", OLD."amount", OLD."approvals_needed", OLD."bank_reference", OLD."batch_id", OLD."channel", OLD."channel_reference", OLD."created_at", OLD."currency", OLD."ended_at", OLD."failure_code", OLD."held_from", OLD."id", OLD."payee_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."reason", OLD."reference", OLD."requested_by_id", OLD."review_reason", OLD."sent_at", OLD."sent_by_id", OLD."status"); RETURN NULL;', hash='5ab904f4a413df96ef363805ac15053efb7b7f1c', operation='DELETE', pgid='pgtrigger_delete_delete_2bc54', table='payments_payout', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='payoutsending',
            index=models.Index(condition=models.Q(('work_state__in', ['queued', 'running'])), fields=['due_at'], name='payments_payoutsending_due'),
        ),
    ]
