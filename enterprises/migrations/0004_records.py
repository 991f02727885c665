from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("enterprises", "0003_named")]

    operations: ClassVar = []
