import django.db.models.deletion
import key2key.common.clock
import key2key.common.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('payments', '0011_entitlements')]

    operations = [
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.UUIDField(default=key2key.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('receipt', 'receipt'), ('credit_note', 'credit note')], max_length=11, verbose_name='kind')),
                ('market', models.CharField(max_length=2, verbose_name='market')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('serial', models.PositiveIntegerField(verbose_name='serial number')),
                ('number', models.CharField(max_length=40, unique=True, verbose_name='number')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='amount')),
                ('currency', models.CharField(choices=[('ETB', 'Ethiopian birr'), ('USD', 'US dollar'), ('EUR', 'Euro'), ('GBP', 'British pound'), ('AED', 'UAE dirham')], max_length=3, verbose_name='currency')),
                ('content', models.JSONField(verbose_name='content')),
                ('issued_at', models.DateTimeField(default=key2key.common.clock.now, editable=False, verbose_name='issued')),
            ],
            options={
                'verbose_name': 'receipt',
                'verbose_name_plural': 'receipts',
                'ordering': ('-issued_at', '-id'),
            },
        ),
        migrations.CreateModel(
            name='ReceiptCounter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('market', models.CharField(max_length=2, verbose_name='market')),
                ('kind', models.CharField(choices=[('receipt', 'receipt'), ('credit_note', 'credit note')], max_length=11, verbose_name='kind')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('last', models.PositiveIntegerField(default=0, verbose_name='last number')),
            ],
        ),
        migrations.AlterField(
            model_name='transfer',
            name='credit',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='credits', to='payments.account', verbose_name='credit'),
        ),
        migrations.AlterField(
            model_name='transfer',
            name='debit',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='debits', to='payments.account', verbose_name='debit'),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(fields=['gateway_reference'], name='payments_payment_at_gateway'),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(fields=['target_id'], name='payments_payment_for'),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(condition=models.Q(('review_reason', ''), _negated=True), fields=['updated_at'], name='payments_payment_odd'),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(condition=models.Q(('status', 'disputed')), fields=['updated_at'], name='payments_payment_disputed'),
        ),
        migrations.AddIndex(
            model_name='transfer',
            index=models.Index(fields=['debit', 'created_at', 'id'], include=('amount',), name='payments_transfer_debits'),
        ),
        migrations.AddIndex(
            model_name='transfer',
            index=models.Index(fields=['credit', 'created_at', 'id'], include=('amount',), name='payments_transfer_credits'),
        ),
        migrations.AddIndex(
            model_name='webhookdelivery',
            index=models.Index(fields=['event_key'], name='payments_webhook_event'),
        ),
        migrations.AddIndex(
            model_name='webhookdelivery',
            index=models.Index(fields=['gateway_reference'], name='payments_webhook_at_gateway'),
        ),
        migrations.AddIndex(
            model_name='webhookdelivery',
            index=models.Index(fields=['reference'], name='payments_webhook_reference'),
        ),
        migrations.AddIndex(
            model_name='webhookdelivery',
            index=models.Index(condition=models.Q(('work_state', 'parked')), fields=['updated_at'], name='payments_webhook_parked'),
        ),
        migrations.AddIndex(
            model_name='paymentproof',
            index=models.Index(fields=['bank_reference'], name='payments_proof_at_bank'),
        ),
        migrations.AddField(
            model_name='receipt',
            name='payment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='payments.payment', verbose_name='payment'),
        ),
        migrations.AddField(
            model_name='receipt',
            name='refund',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='credit_note', to='payments.refund', verbose_name='refund'),
        ),
        migrations.AddConstraint(
            model_name='receiptcounter',
            constraint=models.UniqueConstraint(fields=('market', 'kind', 'year'), name='payments_one_counter_per_series'),
        ),
        migrations.AddIndex(
            model_name='receipt',
            index=models.Index(fields=['-issued_at', '-id'], name='payments_receipt_newest'),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.UniqueConstraint(fields=('market', 'kind', 'year', 'serial'), name='payments_one_receipt_per_serial'),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'receipt')), fields=('payment',), name='payments_one_receipt_per_payment'),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'receipt'), ('refund', None)), models.Q(('kind', 'credit_note'), ('refund__isnull', False)), _connector='OR'), name='payments_credit_note_of_a_refund'),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='payments_receipt_positive'),
        ),
    ]
