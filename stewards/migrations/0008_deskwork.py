from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("stewards", "0007_relations")]
    operations: ClassVar = []
