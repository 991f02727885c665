

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import notices.models.channel
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models

from portal.core.together import Together


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0002_message_failed'),
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
                 ],
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
                 ],
                ),
                migrations.CreateModel(
                 name='GroupRule',
                 fields=[
                  ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                  ('group', models.CharField(choices=[('reminder', 'Reminders'), ('request', 'Requests'), ('visit', 'Visits'), ('policy', 'Policies'), ('package', 'Service packages'), ('other', 'Other news')], max_length=10, unique=True, verbose_name='kind of message')),
                  ('may_keep', models.BooleanField(verbose_name='people may have it in the portal only')),
                  ('messenger', models.BooleanField(verbose_name='urgent ones also go to the messenger')),
                 ],
                ),
                migrations.CreateModel(
                 name='GroupRuleEvent',
                 fields=[
                  ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                  ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                  ('pgh_label', models.TextField(help_text='The event label.')),
                  ('id', models.BigIntegerField()),
                  ('group', models.CharField(choices=[('reminder', 'Reminders'), ('request', 'Requests'), ('visit', 'Visits'), ('policy', 'Policies'), ('package', 'Service packages'), ('other', 'Other news')], max_length=10, verbose_name='kind of message')),
                  ('may_keep', models.BooleanField(verbose_name='people may have it in the portal only')),
                  ('messenger', models.BooleanField(verbose_name='urgent ones also go to the messenger')),
                  ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                  ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='notices.grouprule')),
                 ],
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
                 ],
                 options={'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('quiet_from__isnull', True), ('quiet_until__isnull', True)), models.Q(('quiet_from__isnull', False), ('quiet_from__lte', 23), ('quiet_until__isnull', False), ('quiet_until__lte', 23), models.Q(('quiet_from', models.F('quiet_until')), _negated=True)), _connector='OR'), name='quiet_hours_begin_and_end')]},
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
                 options={'constraints': [models.UniqueConstraint(fields=('message', 'endpoint'), name='delivery_once_an_endpoint')], 'indexes': [models.Index(condition=models.Q(('state', 'queued')), fields=['next_attempt_at'], name='delivery_queued'), models.Index(fields=['endpoint', '-id'], name='delivery_of_endpoint'), models.Index(condition=models.Q(('state', 'failed')), fields=['endpoint', '-id'], name='delivery_failed')]},
                ),
                migrations.AlterField(
                            model_name='message',
                            name='state',
                            field=models.CharField(choices=[('held', 'waiting for the digest'), ('queued', 'to be sent'), ('sent', 'sent'), ('failed', 'given up'), ('in_digest', 'sent in a digest'), ('kept', 'in the portal only')], default='queued', max_length=10, verbose_name='state'),
                        ),
                pgtrigger.migrations.AddTrigger(
                            model_name='endpoint',
                            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "notices_endpointevent" ("active", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "url") VALUES (NEW."active", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."url"); RETURN NULL;', hash='2a010ed5cc43d12899bcfd71d8c313bf4ee90893', operation='INSERT', pgid='pgtrigger_insert_insert_435be', table='notices_endpoint', when='AFTER')),
                        ),
                pgtrigger.migrations.AddTrigger(
                            model_name='endpoint',
                            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."active" IS DISTINCT FROM (NEW."active") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."url" IS DISTINCT FROM (NEW."url"))', func='INSERT INTO "notices_endpointevent" ("active", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "url") VALUES (NEW."active", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."url"); RETURN NULL;', hash='cc5d82d1b0c5c65fc8579314c9324b828eb1af03', operation='UPDATE', pgid='pgtrigger_update_update_86671', table='notices_endpoint', when='AFTER')),
                        ),
                pgtrigger.migrations.AddTrigger(
                            model_name='grouprule',
                            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "notices_groupruleevent" ("group", "id", "may_keep", "messenger", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."group", NEW."id", NEW."may_keep", NEW."messenger", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;', hash='c45fa493cdd1a051431d70197800272b868059e0', operation='INSERT', pgid='pgtrigger_insert_insert_53951', table='notices_grouprule', when='AFTER')),
                        ),
                pgtrigger.migrations.AddTrigger(
                            model_name='grouprule',
                            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "notices_groupruleevent" ("group", "id", "may_keep", "messenger", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."group", NEW."id", NEW."may_keep", NEW."messenger", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;', hash='e5b539f9e9bbc027e8f0f0d3c12de90d5bccb30c', operation='UPDATE', pgid='pgtrigger_update_update_dee2a', table='notices_grouprule', when='AFTER')),
                        ),
                pgtrigger.migrations.AddTrigger(
                            model_name='endpointevent',
                            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='33d89f08cada59411076d6a2ee2dc12c7a649ca6', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_68127', table='notices_endpointevent', when='BEFORE')),
                        ),
                pgtrigger.migrations.AddTrigger(
                            model_name='groupruleevent',
                            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='837c7d08ecfab8bb02995b497f352ba91a3904cd', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_4465a', table='notices_groupruleevent', when='BEFORE')),
                        ),
            ]
        ),
    ]
