from typing import ClassVar

from django.db import migrations, models

from portal.core.together import Together


class Migration(migrations.Migration):
    dependencies: ClassVar = [("stewards", "0026_rated_by_telephone")]

    operations: ClassVar = [
        Together(
            [
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
        ),
    ]
