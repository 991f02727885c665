from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("enterprises", "0004_records")]

    operations: ClassVar = []
