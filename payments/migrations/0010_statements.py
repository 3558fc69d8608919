import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.expressions
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
        ('payments', '0009_refunds_and_payouts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DailyProof',
            fields=[
                ('id', models.UUIDField(default=key2key.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=key2key.common.clock.now, editable=False, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated')),
                ('source', models.CharField(max_length=20, verbose_name='source')),
                ('currency', models.CharField(choices=[('ETB', 'Ethiopian birr'), ('USD', 'US dollar'), ('EUR', 'Euro'), ('GBP', 'British pound'), ('AED', 'UAE dirham')], max_length=3, verbose_name='currency')),
                ('day', models.DateField(verbose_name='day')),
                ('ledger_total', models.DecimalField(decimal_places=2, max_digits=16, verbose_name='our ledger')),
                ('statement_total', models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True, verbose_name='statement')),
                ('difference', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=16, verbose_name='difference')),
                ('state', models.CharField(choices=[('proven', 'proven'), ('sampled', 'no statement; samples agree'), ('open', 'open')], max_length=7, verbose_name='state')),
                ('details', models.JSONField(default=list, verbose_name='what is open')),
                ('proved_at', models.DateTimeField(verbose_name='proved')),
            ],
            options={
                'verbose_name': 'daily proof',
                'verbose_name_plural': 'daily proofs',
                'ordering': ('-day', 'source', 'currency'),
            },
        ),
        migrations.CreateModel(
            name='DailyProofEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=key2key.common.ids.uuid7, editable=False, serialize=False)),
                ('created_at', models.DateTimeField(default=key2key.common.clock.now, editable=False, verbose_name='created')),
                ('source', models.CharField(max_length=20, verbose_name='source')),
                ('currency', models.CharField(choices=[('ETB', 'Ethiopian birr'), ('USD', 'US dollar'), ('EUR', 'Euro'), ('GBP', 'British pound'), ('AED', 'UAE dirham')], max_length=3, verbose_name='currency')),
                ('day', models.DateField(verbose_name='day')),
                ('ledger_total', models.DecimalField(decimal_places=2, max_digits=16, verbose_name='our ledger')),
                ('statement_total', models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True, verbose_name='statement')),
                ('difference', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=16, verbose_name='difference')),
                ('state', models.CharField(choices=[('proven', 'proven'), ('sampled', 'no statement; samples agree'), ('open', 'open')], max_length=7, verbose_name='state')),
                ('details', models.JSONField(default=list, verbose_name='what is open')),
                ('proved_at', models.DateTimeField(verbose_name='proved')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='LineBooking',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=key2key.common.clock.now, editable=False, verbose_name='when')),
            ],
            options={
                'verbose_name': 'proved transfer',
                'verbose_name_plural': 'proved transfers',
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('id', models.UUIDField(default=key2key.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('source', models.CharField(max_length=20, verbose_name='source')),
                ('account', models.CharField(blank=True, default='', max_length=40, verbose_name='account')),
                ('currency', models.CharField(choices=[('ETB', 'Ethiopian birr'), ('USD', 'US dollar'), ('EUR', 'Euro'), ('GBP', 'British pound'), ('AED', 'UAE dirham')], max_length=3, verbose_name='currency')),
                ('first_day', models.DateField(verbose_name='from')),
                ('last_day', models.DateField(verbose_name='to')),
                ('opening_balance', models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True, verbose_name='opening balance')),
                ('closing_balance', models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True, verbose_name='closing balance')),
                ('file_name', models.CharField(blank=True, default='', max_length=200, verbose_name='file')),
                ('file_hash', models.CharField(max_length=64, unique=True, verbose_name='fingerprint of the file')),
                ('line_count', models.PositiveIntegerField(verbose_name='lines')),
                ('known_count', models.PositiveIntegerField(default=0, verbose_name='lines that were known')),
                ('created_at', models.DateTimeField(default=key2key.common.clock.now, editable=False, verbose_name='imported')),
            ],
            options={
                'verbose_name': 'statement',
                'verbose_name_plural': 'statements',
                'ordering': ('-created_at', '-id'),
            },
        ),
        migrations.CreateModel(
            name='StatementLine',
            fields=[
                ('id', models.UUIDField(default=key2key.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=key2key.common.clock.now, editable=False, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated')),
                ('number', models.PositiveIntegerField(verbose_name='line')),
                ('source', models.CharField(max_length=20, verbose_name='source')),
                ('account', models.CharField(blank=True, default='', max_length=40, verbose_name='account')),
                ('external_id', models.CharField(max_length=100, verbose_name="the source's id")),
                ('kind', models.CharField(choices=[('payment', 'payment'), ('refund', 'refund'), ('payout', 'payout'), ('fee', 'fee'), ('settlement', 'settlement'), ('chargeback', 'chargeback'), ('other', 'other')], max_length=12, verbose_name='kind')),
                ('gross', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='gross')),
                ('fee', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=14, verbose_name='fee')),
                ('net', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='net')),
                ('currency', models.CharField(choices=[('ETB', 'Ethiopian birr'), ('USD', 'US dollar'), ('EUR', 'Euro'), ('GBP', 'British pound'), ('AED', 'UAE dirham')], max_length=3, verbose_name='currency')),
                ('references', models.JSONField(default=list, verbose_name='references')),
                ('narrative', models.CharField(blank=True, default='', max_length=300, verbose_name='text')),
                ('booked_on', models.DateField(verbose_name='booked on')),
                ('state', models.CharField(choices=[('unmatched', 'waits'), ('matched', 'matched'), ('ignored', 'set aside')], default='unmatched', max_length=9, verbose_name='state')),
                ('finding', models.CharField(blank=True, default='', max_length=40, verbose_name='why it waits')),
                ('reason', models.TextField(blank=True, default='', verbose_name='reason')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
            ],
            options={
                'verbose_name': 'line of a statement',
                'verbose_name_plural': 'lines of statements',
                'ordering': ('-booked_on', '-id'),
            },
        ),
        migrations.CreateModel(
            name='StatementLineEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=key2key.common.ids.uuid7, editable=False, serialize=False)),
                ('created_at', models.DateTimeField(default=key2key.common.clock.now, editable=False, verbose_name='created')),
                ('number', models.PositiveIntegerField(verbose_name='line')),
                ('source', models.CharField(max_length=20, verbose_name='source')),
                ('account', models.CharField(blank=True, default='', max_length=40, verbose_name='account')),
                ('external_id', models.CharField(max_length=100, verbose_name="the source's id")),
                ('kind', models.CharField(choices=[('payment', 'payment'), ('refund', 'refund'), ('payout', 'payout'), ('fee', 'fee'), ('settlement', 'settlement'), ('chargeback', 'chargeback'), ('other', 'other')], max_length=12, verbose_name='kind')),
                ('gross', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='gross')),
                ('fee', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=14, verbose_name='fee')),
                ('net', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='net')),
                ('currency', models.CharField(choices=[('ETB', 'Ethiopian birr'), ('USD', 'US dollar'), ('EUR', 'Euro'), ('GBP', 'British pound'), ('AED', 'UAE dirham')], max_length=3, verbose_name='currency')),
                ('references', models.JSONField(default=list, verbose_name='references')),
                ('booked_on', models.DateField(verbose_name='booked on')),
                ('state', models.CharField(choices=[('unmatched', 'waits'), ('matched', 'matched'), ('ignored', 'set aside')], default='unmatched', max_length=9, verbose_name='state')),
                ('finding', models.CharField(blank=True, default='', max_length=40, verbose_name='why it waits')),
                ('reason', models.TextField(blank=True, default='', verbose_name='reason')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SuspenseItem',
            fields=[
                ('id', models.UUIDField(default=key2key.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=key2key.common.clock.now, editable=False, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated')),
                ('gateway', models.CharField(max_length=20, verbose_name='gateway')),
                ('gateway_reference', models.CharField(blank=True, default='', max_length=100, verbose_name="gateway's reference")),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='amount')),
                ('currency', models.CharField(choices=[('ETB', 'Ethiopian birr'), ('USD', 'US dollar'), ('EUR', 'Euro'), ('GBP', 'British pound'), ('AED', 'UAE dirham')], max_length=3, verbose_name='currency')),
                ('state', models.CharField(choices=[('waiting', 'waits'), ('matched', 'matched'), ('sent_back', 'sent back')], default='waiting', max_length=9, verbose_name='state')),
                ('owed_to', models.UUIDField(blank=True, null=True, verbose_name='owed to')),
                ('reason', models.TextField(blank=True, default='', verbose_name='reason')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
            ],
            options={
                'verbose_name': 'money in suspense',
                'verbose_name_plural': 'money in suspense',
                'ordering': ('-created_at', '-id'),
            },
        ),
        migrations.CreateModel(
            name='SuspenseItemEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=key2key.common.ids.uuid7, editable=False, serialize=False)),
                ('created_at', models.DateTimeField(default=key2key.common.clock.now, editable=False, verbose_name='created')),
                ('gateway', models.CharField(max_length=20, verbose_name='gateway')),
                ('gateway_reference', models.CharField(blank=True, default='', max_length=100, verbose_name="gateway's reference")),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='amount')),
                ('currency', models.CharField(choices=[('ETB', 'Ethiopian birr'), ('USD', 'US dollar'), ('EUR', 'Euro'), ('GBP', 'British pound'), ('AED', 'UAE dirham')], max_length=3, verbose_name='currency')),
                ('state', models.CharField(choices=[('waiting', 'waits'), ('matched', 'matched'), ('sent_back', 'sent back')], default='waiting', max_length=9, verbose_name='state')),
                ('owed_to', models.UUIDField(blank=True, null=True, verbose_name='owed to')),
                ('reason', models.TextField(blank=True, default='', verbose_name='reason')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SuspenseReturn',
            fields=[
                ('work_state', models.CharField(choices=[('queued', 'queued'), ('running', 'running'), ('done', 'done'), ('parked', 'parked')], default='queued', editable=False, max_length=8, verbose_name='work state')),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='due')),
                ('attempts', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='attempts')),
                ('lease', models.PositiveIntegerField(default=0, editable=False)),
                ('last_error', models.TextField(blank=True, default='', editable=False, verbose_name='last error')),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('reference', models.CharField(max_length=24, unique=True, verbose_name='reference')),
                ('status', models.CharField(choices=[('requested', 'requested'), ('declined', 'declined'), ('approved', 'approved'), ('sent', 'sent'), ('succeeded', 'succeeded'), ('failed', 'failed')], default='approved', max_length=9, verbose_name='status')),
                ('failure_code', models.CharField(blank=True, default='', max_length=60, verbose_name='why it failed')),
            ],
            options={
                'verbose_name': 'suspense to send back',
                'verbose_name_plural': 'suspense to send back',
                'abstract': False,
            },
        ),
        migrations.AlterField(
            model_name='transfer',
            name='cause',
            field=models.CharField(choices=[('deposit_paid', 'deposit paid'), ('revenue_paid', 'service paid'), ('late_paid', 'paid too late'), ('unknown_paid', 'money that matches nothing'), ('gateway_fee', 'fee of the gateway'), ('released', 'deposit released'), ('commission', 'commission'), ('platform_fee', 'platform fee'), ('deposit_refund', 'refund of a deposit'), ('revenue_refund', 'refund of a service'), ('late_refund', 'refund of a late payment'), ('suspense_refund', 'suspense sent back'), ('refund_confirmed', 'refund confirmed'), ('deposit_refund_failed', 'refund of a deposit failed'), ('revenue_refund_failed', 'refund of a service failed'), ('late_refund_failed', 'refund of a late payment failed'), ('suspense_refund_failed', 'suspense came back'), ('chargeback_opened', 'chargeback opened'), ('chargeback_won', 'chargeback won'), ('deposit_charged_back', 'deposit charged back'), ('late_charged_back', 'late payment charged back'), ('chargeback_loss', 'chargeback lost'), ('bank_settled', 'settled to the bank'), ('bank_drawn', 'taken from the bank'), ('suspense_to_hold', 'suspense matched to a deposit'), ('suspense_to_payer', 'suspense owed to a payer'), ('suspense_to_revenue', 'suspense matched to a service'), ('payout_sent', 'payout sent'), ('payout_confirmed', 'payout confirmed by the bank'), ('payout_passed_on', 'payout confirmed by the gateway'), ('payout_failed', 'payout came back'), ('payout_returned', 'payout returned by the bank'), ('payout_sent_back', 'payout returned by the gateway')], max_length=24, verbose_name='cause'),
        ),
        migrations.AddConstraint(
            model_name='dailyproof',
            constraint=models.UniqueConstraint(fields=('day', 'source', 'currency'), name='payments_one_proof_per_day'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='dailyproof',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "payments_dailyproofevent" ("created_at", "currency", "day", "details", "difference", "id", "ledger_total", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proved_at", "source", "state", "statement_total") VALUES (NEW."created_at", NEW."currency", NEW."day", NEW."details", NEW."difference", NEW."id", NEW."ledger_total", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."proved_at", NEW."source", NEW."state", NEW."statement_total"); RETURN NULL;', hash='5d8eb255bdb0cf5199d257a88e9d5119a510f74b', operation='INSERT', pgid='pgtrigger_insert_insert_f39bb', table='payments_dailyproof', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='dailyproof',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."day" IS DISTINCT FROM (NEW."day") OR OLD."details" IS DISTINCT FROM (NEW."details") OR OLD."difference" IS DISTINCT FROM (NEW."difference") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."ledger_total" IS DISTINCT FROM (NEW."ledger_total") OR OLD."proved_at" IS DISTINCT FROM (NEW."proved_at") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."statement_total" IS DISTINCT FROM (NEW."statement_total"))', func='INSERT INTO "payments_dailyproofevent" ("created_at", "currency", "day", "details", "difference", "id", "ledger_total", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proved_at", "source", "state", "statement_total") VALUES (NEW."created_at", NEW."currency", NEW."day", NEW."details", NEW."difference", NEW."id", NEW."ledger_total", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."proved_at", NEW."source", NEW."state", NEW."statement_total"); RETURN NULL;', hash='e46633d8cfc3b0e2ab81890aa9df343ed72d3c67', operation='UPDATE', pgid='pgtrigger_update_update_21959', table='payments_dailyproof', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='dailyproof',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "payments_dailyproofevent" ("created_at", "currency", "day", "details", "difference", "id", "ledger_total", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proved_at", "source", "state", "statement_total") VALUES (OLD."created_at", OLD."currency", OLD."day", OLD."details", OLD."difference", OLD."id", OLD."ledger_total", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."proved_at", OLD."source", OLD."state", OLD."statement_total"); RETURN NULL;', hash='73b000ab3cabfd8be1c374a1f46e51879dfd6616', operation='DELETE', pgid='pgtrigger_delete_delete_85134', table='payments_dailyproof', when='AFTER')),
        ),
        migrations.AddField(
            model_name='dailyproofevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='+', to='payments.dailyproof'),
        ),
        migrations.AddField(
            model_name='linebooking',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='payments.account', verbose_name='account'),
        ),
        migrations.AddField(
            model_name='linebooking',
            name='transfer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='payments.transfer', verbose_name='transfer'),
        ),
        migrations.AddField(
            model_name='statement',
            name='imported_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='imported by'),
        ),
        migrations.AddField(
            model_name='statementline',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by'),
        ),
        migrations.AddField(
            model_name='statementline',
            name='payment',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='payments.payment', verbose_name='payment'),
        ),
        migrations.AddField(
            model_name='statementline',
            name='payout',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='payments.payout', verbose_name='payout'),
        ),
        migrations.AddField(
            model_name='statementline',
            name='refund',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='payments.refund', verbose_name='refund'),
        ),
        migrations.AddField(
            model_name='statementline',
            name='statement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='payments.statement', verbose_name='statement'),
        ),
        migrations.AddField(
            model_name='linebooking',
            name='line',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='payments.statementline', verbose_name='line'),
        ),
        migrations.AddField(
            model_name='statementlineevent',
            name='decided_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by'),
        ),
        migrations.AddField(
            model_name='statementlineevent',
            name='payment',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='payments.payment', verbose_name='payment'),
        ),
        migrations.AddField(
            model_name='statementlineevent',
            name='payout',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='payments.payout', verbose_name='payout'),
        ),
        migrations.AddField(
            model_name='statementlineevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='+', to='payments.statementline'),
        ),
        migrations.AddField(
            model_name='statementlineevent',
            name='refund',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='payments.refund', verbose_name='refund'),
        ),
        migrations.AddField(
            model_name='statementlineevent',
            name='statement',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='payments.statement', verbose_name='statement'),
        ),
        migrations.AddField(
            model_name='suspenseitem',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by'),
        ),
        migrations.AddField(
            model_name='suspenseitem',
            name='payment',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='payments.payment', verbose_name='payment'),
        ),
        migrations.AddField(
            model_name='suspenseitem',
            name='refund',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='payments.refund', verbose_name='refund'),
        ),
        migrations.AddField(
            model_name='suspenseitem',
            name='transfer',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='payments.transfer', verbose_name='booked as'),
        ),
        migrations.AddField(
            model_name='suspenseitemevent',
            name='decided_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by'),
        ),
        migrations.AddField(
            model_name='suspenseitemevent',
            name='payment',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='payments.payment', verbose_name='payment'),
        ),
        migrations.AddField(
            model_name='suspenseitemevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='+', to='payments.suspenseitem'),
        ),
        migrations.AddField(
            model_name='suspenseitemevent',
            name='refund',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='payments.refund', verbose_name='refund'),
        ),
        migrations.AddField(
            model_name='suspenseitemevent',
            name='transfer',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='payments.transfer', verbose_name='booked as'),
        ),
        migrations.AddField(
            model_name='suspensereturn',
            name='item',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='returns', to='payments.suspenseitem', verbose_name='money in suspense'),
        ),
        migrations.AddIndex(
            model_name='statement',
            index=models.Index(fields=['source', 'currency', 'first_day'], name='payments_statement_days'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(('first_day__lte', models.F('last_day'))), name='payments_statement_has_days'),
        ),
        migrations.AddIndex(
            model_name='statementline',
            index=models.Index(condition=models.Q(('state', 'unmatched')), fields=['booked_on'], name='payments_line_waiting'),
        ),
        migrations.AddIndex(
            model_name='statementline',
            index=models.Index(fields=['source', 'currency', 'booked_on'], name='payments_line_day'),
        ),
        migrations.AddIndex(
            model_name='statementline',
            index=models.Index(fields=['payment'], name='payments_line_payment'),
        ),
        migrations.AddIndex(
            model_name='statementline',
            index=django.contrib.postgres.indexes.GinIndex(fields=['references'], name='payments_line_references'),
        ),
        migrations.AddConstraint(
            model_name='statementline',
            constraint=models.UniqueConstraint(fields=('source', 'account', 'external_id'), name='payments_one_row_per_line'),
        ),
        migrations.AddConstraint(
            model_name='statementline',
            constraint=models.CheckConstraint(condition=models.Q(('net', django.db.models.expressions.CombinedExpression(models.F('gross'), '-', models.F('fee')))), name='payments_line_adds_up'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statementline',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "payments_statementlineevent" ("account", "booked_on", "created_at", "currency", "decided_at", "decided_by_id", "external_id", "fee", "finding", "gross", "id", "kind", "net", "number", "payment_id", "payout_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "references", "refund_id", "source", "state", "statement_id") VALUES (NEW."account", NEW."booked_on", NEW."created_at", NEW."currency", NEW."decided_at", NEW."decided_by_id", NEW."external_id", NEW."fee", NEW."finding", NEW."gross", NEW."id", NEW."kind", NEW."net", NEW."number", NEW."payment_id", NEW."payout_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."reason", NEW."references", NEW."refund_id", NEW."source", NEW."state", NEW."statement_id"); RETURN NULL;', hash='3a613b508a5857f870d5d76ed4229f34ea7956ed', operation='INSERT', pgid='pgtrigger_insert_insert_89dad', table='payments_statementline', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statementline',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."account" IS DISTINCT FROM (NEW."account") OR OLD."booked_on" IS DISTINCT FROM (NEW."booked_on") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."decided_at" IS DISTINCT FROM (NEW."decided_at") OR OLD."decided_by_id" IS DISTINCT FROM (NEW."decided_by_id") OR OLD."external_id" IS DISTINCT FROM (NEW."external_id") OR OLD."fee" IS DISTINCT FROM (NEW."fee") OR OLD."finding" IS DISTINCT FROM (NEW."finding") OR OLD."gross" IS DISTINCT FROM (NEW."gross") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."net" IS DISTINCT FROM (NEW."net") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."payment_id" IS DISTINCT FROM (NEW."payment_id") OR OLD."payout_id" IS DISTINCT FROM (NEW."payout_id") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."references" IS DISTINCT FROM (NEW."references") OR OLD."refund_id" IS DISTINCT FROM (NEW."refund_id") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."statement_id" IS DISTINCT FROM (NEW."statement_id"))', func='INSERT INTO "payments_statementlineevent" ("account", "booked_on", "created_at", "currency", "decided_at", "decided_by_id", "external_id", "fee", "finding", "gross", "id", "kind", "net", "number", "payment_id", "payout_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "references", "refund_id", "source", "state", "statement_id") VALUES (NEW."account", NEW."booked_on", NEW."created_at", NEW."currency", NEW."decided_at", NEW."decided_by_id", NEW."external_id", NEW."fee", NEW."finding", NEW."gross", NEW."id", NEW."kind", NEW."net", NEW."number", NEW."payment_id", NEW."payout_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."reason", NEW."references", NEW."refund_id", NEW."source", NEW."state", NEW."statement_id"); RETURN NULL;', hash='343dc2b3c0cd036c7e95ae061943d8f849a629aa', operation='UPDATE', pgid='pgtrigger_update_update_9016c', table='payments_statementline', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statementline',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "payments_statementlineevent" ("account", "booked_on", "created_at", "currency", "decided_at", "decided_by_id", "external_id", "fee", "finding", "gross", "id", "kind", "net", "number", "payment_id", "payout_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "references", "refund_id", "source", "state", "statement_id") VALUES (OLD."account", OLD."booked_on", OLD."created_at", OLD."currency", OLD."decided_at", OLD."decided_by_id", OLD."external_id", OLD."fee", OLD."finding", OLD."gross", OLD."id", OLD."kind", OLD."net", OLD."number", OLD."payment_id", OLD."payout_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."reason", OLD."references", OLD."refund_id", OLD."source", OLD."state", OLD."statement_id"); RETURN NULL;', hash='980bfdeaa973ccebfd2a92e41c10fd8e6557a06d', operation='DELETE', pgid='pgtrigger_delete_delete_59b0f', table='payments_statementline', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='linebooking',
            constraint=models.UniqueConstraint(fields=('transfer', 'account'), name='payments_transfer_proved_once'),
        ),
        migrations.AddIndex(
            model_name='suspenseitem',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['created_at'], name='payments_suspense_waiting'),
        ),
        migrations.AddConstraint(
            model_name='suspenseitem',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='payments_suspense_positive'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='suspenseitem',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "payments_suspenseitemevent" ("amount", "created_at", "currency", "decided_at", "decided_by_id", "gateway", "gateway_reference", "id", "owed_to", "payment_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "refund_id", "state", "transfer_id") VALUES (NEW."amount", NEW."created_at", NEW."currency", NEW."decided_at", NEW."decided_by_id", NEW."gateway", NEW."gateway_reference", NEW."id", NEW."owed_to", NEW."payment_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."reason", NEW."refund_id", NEW."state", NEW."transfer_id"); RETURN NULL;', hash='6b7c2f528615c52898c32b9e9330d41f42edfc38', operation='INSERT', pgid='pgtrigger_insert_insert_fc1d3', table='payments_suspenseitem', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='suspenseitem',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."amount" IS DISTINCT FROM (NEW."amount") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."decided_at" IS DISTINCT FROM (NEW."decided_at") OR OLD."decided_by_id" IS DISTINCT FROM (NEW."decided_by_id") OR OLD."gateway" IS DISTINCT FROM (NEW."gateway") OR OLD."gateway_reference" IS DISTINCT FROM (NEW."gateway_reference") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."owed_to" IS DISTINCT FROM (NEW."owed_to") OR OLD."payment_id" IS DISTINCT FROM (NEW."payment_id") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."refund_id" IS DISTINCT FROM (NEW."refund_id") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."transfer_id" IS DISTINCT FROM (NEW."transfer_id"))', func='INSERT INTO "payments_suspenseitemevent" ("amount", "created_at", "currency", "decided_at", "decided_by_id", "gateway", "gateway_reference", "id", "owed_to", "payment_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "refund_id", "state", "transfer_id") VALUES (NEW."amount", NEW."created_at", NEW."currency", NEW."decided_at", NEW."decided_by_id", NEW."gateway", NEW."gateway_reference", NEW."id", NEW."owed_to", NEW."payment_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."reason", NEW."refund_id", NEW."state", NEW."transfer_id"); RETURN NULL;', hash='620aeb8b6f00fe5982065256b90e21f96cdcf8a4', operation='UPDATE', pgid='pgtrigger_update_update_c8c3e', table='payments_suspenseitem', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='suspenseitem',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "payments_suspenseitemevent" ("amount", "created_at", "currency", "decided_at", "decided_by_id", "gateway", "gateway_reference", "id", "owed_to", "payment_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "refund_id", "state", "transfer_id") VALUES (OLD."amount", OLD."created_at", OLD."currency", OLD."decided_at", OLD."decided_by_id", OLD."gateway", OLD."gateway_reference", OLD."id", OLD."owed_to", OLD."payment_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."reason", OLD."refund_id", OLD."state", OLD."transfer_id"); RETURN NULL;', hash='b643f935d494bbe6763e466d5cc226159dd9924e', operation='DELETE', pgid='pgtrigger_delete_delete_78bcd', table='payments_suspenseitem', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='suspensereturn',
            index=models.Index(condition=models.Q(('work_state__in', ['queued', 'running'])), fields=['due_at'], name='payments_suspensereturn_due'),
        ),
    ]
