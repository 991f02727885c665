from django.db import migrations, models

# code, basis, days, counted in working days, to whom, at once
RULES = [
    ("unaccepted", "assigned", 1, True, "steward", True),
    ("due-tomorrow", "due", -1, True, "handler", False),
    ("overdue", "due", 1, True, "handler", True),
    ("overdue-admin", "due", 3, True, "admin", True),
    ("overdue-leader", "due", 7, True, "leader", True),
    ("overdue-enterprise", "due", 7, True, "enterprise", True),
    ("waiting", "waiting", 3, True, "enterprise", False),
    ("waiting-again", "waiting", 7, True, "enterprise", False),
    ("unrated", "answered", 5, True, "enterprise", False),
    ("lasting", "closed", 10, False, "enterprise", False),
]


def seed(apps, schema_editor):
    rules = apps.get_model("stewards", "ReminderRule")
    for code, basis, days, working_days, audience, urgent in RULES:
        rules.objects.get_or_create(
            code=code,
            defaults={
                "basis": basis,
                "days": days,
                "working_days": working_days,
                "audience": audience,
                "urgent": urgent,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("stewards", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="helprequest",
            index=models.Index(
                condition=models.Q(("state", "assigned")), fields=["assigned_at"], name="request_unaccepted"
            ),
        ),
        migrations.AddIndex(
            model_name="helprequest",
            index=models.Index(condition=models.Q(("state", "closed")), fields=["closed_at"], name="request_closed"),
        ),
        migrations.RunPython(seed, migrations.RunPython.noop, elidable=False),
    ]
