import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('policies', '0003_search'),
    ]

    operations = [
        migrations.CreateModel(
            name='Announcement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('told_up_to', models.PositiveBigIntegerField(default=0)),
                ('told_at', models.DateTimeField(blank=True, null=True)),
                ('revision', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='announcement', to='policies.revision')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('told_at', None)), fields=['revision'], name='announcement_due')],
            },
        ),
    ]
