from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("stewards", "0026_rated_by_telephone")]

    operations: ClassVar = [
        migrations.AddIndex(
            model_name="helprequest",
            index=models.Index(
                condition=models.Q(("state", "waiting")),
                fields=["id"],
                include=("due_on",),
                name="request_waiting_id",
            ),
        ),
    ]
