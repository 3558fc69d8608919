import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0012_receipts")]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='payment',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='payment',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='payment',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='payment',
            name='attempt',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='attempt'),
        ),
        migrations.AddField(
            model_name='payment',
            name='transaction',
            field=models.CharField(blank=True, default='', max_length=100, verbose_name="gateway's transaction"),
        ),
        migrations.AddField(
            model_name='paymenthistory',
            name='attempt',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='attempt'),
        ),
        migrations.AddField(
            model_name='paymenthistory',
            name='transaction',
            field=models.CharField(blank=True, default='', max_length=100, verbose_name="gateway's transaction"),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(condition=models.Q(('transaction', ''), _negated=True), fields=['transaction'], name='payments_payment_transaction'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payment',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "payments_paymenthistory" ("amount", "attempt", "charged_back", "checkout_url", "created_at", "currency", "description", "disputed_amount", "expires_at", "failure_code", "fee", "gateway", "gateway_reference", "hold_id", "id", "market", "mode", "paid_at", "payee_id", "payer_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "placement", "purpose", "reference", "refunded_amount", "request_key", "return_url", "review_reason", "status", "taken_from_hold", "target_id", "target_type", "transaction") VALUES (NEW."amount", NEW."attempt", NEW."charged_back", NEW."checkout_url", NEW."created_at", NEW."currency", NEW."description", NEW."disputed_amount", NEW."expires_at", NEW."failure_code", NEW."fee", NEW."gateway", NEW."gateway_reference", NEW."hold_id", NEW."id", NEW."market", NEW."mode", NEW."paid_at", NEW."payee_id", NEW."payer_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."placement", NEW."purpose", NEW."reference", NEW."refunded_amount", NEW."request_key", NEW."return_url", NEW."review_reason", NEW."status", NEW."taken_from_hold", NEW."target_id", NEW."target_type", NEW."transaction"); RETURN NULL;', hash='7d3d289c65eac46bbd5e410796ebeeab90de819b', operation='INSERT', pgid='pgtrigger_insert_insert_24a65', table='payments_payment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payment',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."amount" IS DISTINCT FROM (NEW."amount") OR OLD."attempt" IS DISTINCT FROM (NEW."attempt") OR OLD."charged_back" IS DISTINCT FROM (NEW."charged_back") OR OLD."checkout_url" IS DISTINCT FROM (NEW."checkout_url") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."description" IS DISTINCT FROM (NEW."description") OR OLD."disputed_amount" IS DISTINCT FROM (NEW."disputed_amount") OR OLD."expires_at" IS DISTINCT FROM (NEW."expires_at") OR OLD."failure_code" IS DISTINCT FROM (NEW."failure_code") OR OLD."fee" IS DISTINCT FROM (NEW."fee") OR OLD."gateway" IS DISTINCT FROM (NEW."gateway") OR OLD."gateway_reference" IS DISTINCT FROM (NEW."gateway_reference") OR OLD."hold_id" IS DISTINCT FROM (NEW."hold_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."market" IS DISTINCT FROM (NEW."market") OR OLD."mode" IS DISTINCT FROM (NEW."mode") OR OLD."paid_at" IS DISTINCT FROM (NEW."paid_at") OR OLD."payee_id" IS DISTINCT FROM (NEW."payee_id") OR OLD."payer_id" IS DISTINCT FROM (NEW."payer_id") OR OLD."placement" IS DISTINCT FROM (NEW."placement") OR OLD."purpose" IS DISTINCT FROM (NEW."purpose") OR OLD."reference" IS DISTINCT FROM (NEW."reference") OR OLD."refunded_amount" IS DISTINCT FROM (NEW."refunded_amount") OR OLD."request_key" IS DISTINCT FROM (NEW."request_key") OR OLD."return_url" IS DISTINCT FROM (NEW."return_url") OR OLD."review_reason" IS DISTINCT FROM (NEW."review_reason") OR OLD."status" IS DISTINCT FROM (NEW."status") OR OLD."taken_from_hold" IS DISTINCT FROM (NEW."taken_from_hold") OR OLD."target_id" IS DISTINCT FROM (NEW."target_id") OR OLD."target_type" IS DISTINCT FROM (NEW."target_type") OR OLD."transaction" IS DISTINCT FROM (NEW."transaction"))', func='INSERT INTO "payments_paymenthistory" ("amount", "attempt", "charged_back", "checkout_url", "created_at", "currency", "description", "disputed_amount", "expires_at", "failure_code", "fee", "gateway", "gateway_reference", "hold_id", "id", "market", "mode", "paid_at", "payee_id", "payer_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "placement", "purpose", "reference", "refunded_amount", "request_key", "return_url", "review_reason", "status", "taken_from_hold", "target_id", "target_type", "transaction") VALUES (NEW."amount", NEW."attempt", NEW."charged_back", NEW."checkout_url", NEW."created_at", NEW."currency", NEW."description", NEW."disputed_amount", NEW."expires_at", NEW."failure_code", NEW."fee", NEW."gateway", NEW."gateway_reference", NEW."hold_id", NEW."id", NEW."market", NEW."mode", NEW."paid_at", NEW."payee_id", NEW."payer_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."placement", NEW."purpose", NEW."reference", NEW."refunded_amount", NEW."request_key", NEW."return_url", NEW."review_reason", NEW."status", NEW."taken_from_hold", NEW."target_id", NEW."target_type", NEW."transaction"); RETURN NULL;', hash='29002597145a7ee5ba70f86e034c68919d5cefa6', operation='UPDATE', pgid='pgtrigger_update_update_dd546', table='payments_payment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payment',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "payments_paymenthistory" ("amount", "attempt", "charged_back", "checkout_url", "created_at", "currency", "description", "disputed_amount", "expires_at", "failure_code", "fee", "gateway", "gateway_reference", "hold_id", "id", "market", "mode", "paid_at", "payee_id", "payer_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "placement", "purpose", "reference", "refunded_amount", "request_key", "return_url", "review_reason", "status", "taken_from_hold", "target_id", "target_type", "transaction") VALUES (OLD."amount", OLD."attempt", OLD."charged_back", OLD."checkout_url", OLD."created_at", OLD."currency", OLD."description", OLD."disputed_amount", OLD."expires_at", OLD."failure_code", OLD."fee", OLD."gateway", OLD."gateway_reference", OLD."hold_id", OLD."id", OLD."market", OLD."mode", OLD."paid_at", OLD."payee_id", OLD."payer_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."placement", OLD."purpose", OLD."reference", OLD."refunded_amount", OLD."request_key", OLD."return_url", OLD."review_reason", OLD."status", OLD."taken_from_hold", OLD."target_id", OLD."target_type", OLD."transaction"); RETURN NULL;', hash='9645137c660c8e550fa700588db8ce17e9332a1a', operation='DELETE', pgid='pgtrigger_delete_delete_b2c62', table='payments_payment', when='AFTER')),
        ),
    ]
