from django.db import migrations


class Migration(migrations.Migration):
    """Search rows are rewritten in place: room on their pages keeps the rewrites off the indexes."""

    dependencies = [("listings", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE listings_searchrow SET (fillfactor = 85)",
            "ALTER TABLE listings_searchrow RESET (fillfactor)",
        )
    ]
