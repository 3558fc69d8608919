from django.db import migrations

from brokers.reference_papers import first_rows


def lay(apps, schema_editor):
    paper = apps.get_model("brokers", "RequiredPaper")
    rows = [paper(**row) for row in first_rows()]
    paper.objects.using(schema_editor.connection.alias).bulk_create(rows, ignore_conflicts=True)


class Migration(migrations.Migration):
    """The papers that deals need, to start with."""

    dependencies = [("brokers", "0001_initial")]

    operations = [migrations.RunPython(lay, migrations.RunPython.noop)]
