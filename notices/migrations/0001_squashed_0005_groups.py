import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import notices.models.channel
import pgtrigger.compiler
import uuid
from django.conf import settings
from django.db import migrations, models

from portal.core.together import Together


class Migration(migrations.Migration):

    replaces = [
        ('notices', '0001_initial'),
        ('notices', '0002_message_failed'),
        ('notices', '0003_channels'),
        ('notices', '0004_wishes_and_secrets'),
        ('notices', '0005_groups'),
    ]

    initial = True

    dependencies = [
        ('accounts', '0002_roles'),
        ('mfa', '0003_authenticator_type_uniq'),  # what others change, they change while there are few models
        ('pghistory', '0007_auto_20250421_0444'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name='Endpoint',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=60, verbose_name='name')),
                        ('url', models.CharField(help_text='Begins with https://', max_length=300, validators=[django.core.validators.URLValidator(schemes=['https'])], verbose_name='address')),
                        ('secret', models.CharField(default=notices.models.channel.new_secret, editable=False, max_length=64)),
                        ('active', models.BooleanField(default=True, verbose_name='in use')),
                        ('secret_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='secret made')),
                    ],
                    options={
                        'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "notices_endpointevent" ("active", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "secret_at", "url") VALUES (NEW."active", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."secret_at", NEW."url"); RETURN NULL;', hash='2ef9fc2803e097ce5e0be5a062797b1b84207a0e', operation='INSERT', pgid='pgtrigger_insert_insert_435be', table='notices_endpoint', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."active" IS DISTINCT FROM (NEW."active") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."secret_at" IS DISTINCT FROM (NEW."secret_at") OR OLD."url" IS DISTINCT FROM (NEW."url"))', func='INSERT INTO "notices_endpointevent" ("active", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "secret_at", "url") VALUES (NEW."active", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."secret_at", NEW."url"); RETURN NULL;', hash='bace7658fd7d4b90a3b7ff0748d6a096e8fb596b', operation='UPDATE', pgid='pgtrigger_update_update_86671', table='notices_endpoint', when='AFTER'))],
                    },
                ),
                migrations.CreateModel(
                    name='EndpointEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('id', models.BigIntegerField()),
                        ('name', models.CharField(max_length=60, verbose_name='name')),
                        ('url', models.CharField(help_text='Begins with https://', max_length=300, validators=[django.core.validators.URLValidator(schemes=['https'])], verbose_name='address')),
                        ('active', models.BooleanField(default=True, verbose_name='in use')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='notices.endpoint')),
                        ('secret_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='secret made')),
                    ],
                    options={
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='33d89f08cada59411076d6a2ee2dc12c7a649ca6', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_68127', table='notices_endpointevent', when='BEFORE'))],
                    },
                ),
                migrations.CreateModel(
                    name='GroupRule',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('group', models.CharField(choices=[('reminder', 'Reminders'), ('request', 'Requests'), ('visit', 'Visits'), ('policy', 'Policies'), ('package', 'Service packages'), ('event', 'Events and appointments'), ('bulletin', 'Government bulletin'), ('partner', 'Partners'), ('observer', 'Public observers'), ('other', 'Other news')], max_length=10, unique=True, verbose_name='kind of message')),
                        ('may_keep', models.BooleanField(verbose_name='people may have it in the portal only')),
                        ('messenger', models.BooleanField(verbose_name='urgent ones also go to the messenger')),
                    ],
                    options={
                        'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "notices_groupruleevent" ("group", "id", "may_keep", "messenger", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."group", NEW."id", NEW."may_keep", NEW."messenger", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;', hash='c45fa493cdd1a051431d70197800272b868059e0', operation='INSERT', pgid='pgtrigger_insert_insert_53951', table='notices_grouprule', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "notices_groupruleevent" ("group", "id", "may_keep", "messenger", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."group", NEW."id", NEW."may_keep", NEW."messenger", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;', hash='e5b539f9e9bbc027e8f0f0d3c12de90d5bccb30c', operation='UPDATE', pgid='pgtrigger_update_update_dee2a', table='notices_grouprule', when='AFTER'))],
                    },
                ),
                migrations.CreateModel(
                    name='GroupRuleEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('id', models.BigIntegerField()),
                        ('group', models.CharField(choices=[('reminder', 'Reminders'), ('request', 'Requests'), ('visit', 'Visits'), ('policy', 'Policies'), ('package', 'Service packages'), ('event', 'Events and appointments'), ('bulletin', 'Government bulletin'), ('partner', 'Partners'), ('observer', 'Public observers'), ('other', 'Other news')], max_length=10, verbose_name='kind of message')),
                        ('may_keep', models.BooleanField(verbose_name='people may have it in the portal only')),
                        ('messenger', models.BooleanField(verbose_name='urgent ones also go to the messenger')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='notices.grouprule')),
                    ],
                    options={
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='837c7d08ecfab8bb02995b497f352ba91a3904cd', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_4465a', table='notices_groupruleevent', when='BEFORE'))],
                    },
                ),
                migrations.CreateModel(
                    name='Message',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('key', models.CharField(max_length=200, unique=True)),
                        ('email', models.EmailField(max_length=254, verbose_name='e-mail address')),
                        ('kind', models.CharField(max_length=60, verbose_name='kind')),
                        ('language', models.CharField(max_length=10, verbose_name='language')),
                        ('subject', models.CharField(max_length=300, verbose_name='subject')),
                        ('body', models.TextField(verbose_name='text')),
                        ('url', models.CharField(blank=True, max_length=300)),
                        ('state', models.CharField(choices=[('held', 'waiting for the digest'), ('queued', 'to be sent'), ('sent', 'sent'), ('failed', 'given up'), ('in_digest', 'sent in a digest'), ('kept', 'in the portal only')], default='queued', max_length=10, verbose_name='state')),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='written')),
                        ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                        ('next_attempt_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent')),
                        ('last_error', models.CharField(blank=True, max_length=300, verbose_name='last error')),
                        ('digest', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='contents', to='notices.message')),
                        ('recipient', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='messages_received', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('state', 'queued')), fields=['next_attempt_at'], name='message_queued'), models.Index(condition=models.Q(('state', 'held')), fields=['recipient'], name='message_held'), models.Index(fields=['recipient', '-id'], name='message_inbox'), models.Index(condition=models.Q(('state', 'failed')), fields=['-id'], name='message_failed')],
                    },
                ),
                migrations.CreateModel(
                    name='Wish',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('quiet_from', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='quiet from')),
                        ('quiet_until', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='quiet until')),
                        ('kept', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), blank=True, default=list, size=None, verbose_name='in the portal only')),
                        ('messenger', models.BooleanField(default=True, verbose_name="also by the district's messenger")),
                        ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('hints', models.BooleanField(default=True, verbose_name='tell me which fact about my enterprise would settle most policies, at most once a month each')),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('quiet_from__isnull', True), ('quiet_until__isnull', True)), models.Q(('quiet_from__isnull', False), ('quiet_from__lte', 23), ('quiet_until__isnull', False), ('quiet_until__lte', 23), models.Q(('quiet_from', models.F('quiet_until')), _negated=True)), _connector='OR'), name='quiet_hours_begin_and_end')],
                    },
                ),
                migrations.CreateModel(
                    name='Delivery',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('state', models.CharField(choices=[('queued', 'to be sent'), ('sent', 'sent'), ('failed', 'given up')], default='queued', max_length=10, verbose_name='state')),
                        ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                        ('next_attempt_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent')),
                        ('last_error', models.CharField(blank=True, max_length=300, verbose_name='last error')),
                        ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='notices.message')),
                        ('endpoint', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='notices.endpoint')),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('state', 'queued')), fields=['next_attempt_at'], name='delivery_queued'), models.Index(fields=['endpoint', '-id'], name='delivery_of_endpoint'), models.Index(condition=models.Q(('state', 'failed')), fields=['endpoint', '-id'], name='delivery_failed')],
                        'constraints': [models.UniqueConstraint(fields=('message', 'endpoint'), name='delivery_once_an_endpoint')],
                    },
                ),
            ]
        ),
    ]
