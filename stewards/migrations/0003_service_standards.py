from datetime import date

from django.db import migrations, models

# working days by type of request, in force since the service-package system began
STANDARDS = {"consultation": 1, "suggestion": 1, "help": 5, "complaint": 5, "report": 5}
SINCE = date(2023, 1, 1)


def seed(apps, schema_editor):
    standards = apps.get_model("stewards", "ServiceStandard")
    for type_, days in STANDARDS.items():
        standards.objects.get_or_create(type=type_, valid_from=SINCE, defaults={"days": days})


class Migration(migrations.Migration):
    dependencies = [("stewards", "0002_reminder_rules")]

    operations = [
        migrations.CreateModel(
            name="NumberSeries",
            fields=[
                ("year", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("last", models.PositiveIntegerField()),
            ],
        ),
        migrations.AddField(
            model_name="helprequest",
            name="form_key",
            field=models.UUIDField(editable=False, null=True, unique=True),
        ),
        migrations.RunPython(seed, migrations.RunPython.noop, elidable=False),
    ]
