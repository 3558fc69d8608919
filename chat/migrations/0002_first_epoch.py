from django.db import migrations


class Migration(migrations.Migration):
    """The random part of the epoch, made once for this database."""

    dependencies = [("chat", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "INSERT INTO chat_realtimeepoch (id, value) VALUES (1, replace(gen_random_uuid()::text, '-', ''))",
            "DELETE FROM chat_realtimeepoch",
        )
    ]
