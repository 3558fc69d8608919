from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0013_attempts")]

    operations = [
        migrations.AddField(
            model_name="refundsending",
            name="known_as",
            field=models.CharField(
                blank=True, default="", max_length=100, verbose_name="gateway's number for it"
            ),
        ),
    ]
