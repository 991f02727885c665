import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from portal.core.together import Together


class Migration(migrations.Migration):
    dependencies = [
        ('pghistory', '0007_auto_20250421_0444'),
        ('stewards', '0008_deskwork'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
pgtrigger.migrations.RemoveTrigger(
            model_name='servicestandard',
            name='insert_insert',
        ),
pgtrigger.migrations.RemoveTrigger(
            model_name='servicestandard',
            name='update_update',
        ),
Together(
[
migrations.CreateModel(
 name='CalendarLoad',
 fields=[
  ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
  ('year', models.PositiveSmallIntegerField(verbose_name='year')),
  ('state', models.CharField(choices=[('preview', 'Preview'), ('confirmed', 'Put into force'), ('dropped', 'Dropped')], default='preview', max_length=10, verbose_name='state')),
  ('source', models.CharField(max_length=200, verbose_name='source')),
  ('file', models.CharField(blank=True, max_length=150, verbose_name='file')),
  ('days', models.JSONField(default=dict)),
  ('troubles', models.JSONField(default=list)),
  ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
  ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='in force since')),
  ('changed_days', models.PositiveSmallIntegerField(default=0, verbose_name='days changed')),
  ('began_at', models.DateTimeField(blank=True, null=True)),
  ('reached', models.BigIntegerField(default=0)),
  ('settled_at', models.DateTimeField(blank=True, null=True, verbose_name='counted to the end')),
  ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
  ('loaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
 ],
 options={'indexes': [models.Index(condition=models.Q(('settled_at__isnull', True), ('state', 'confirmed')), fields=['id'], name='calendar_load_unsettled')]},
),
migrations.CreateModel(
 name='CalendarLoadEvent',
 fields=[
  ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
  ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
  ('pgh_label', models.TextField(help_text='The event label.')),
  ('id', models.BigIntegerField()),
  ('year', models.PositiveSmallIntegerField(verbose_name='year')),
  ('state', models.CharField(choices=[('preview', 'Preview'), ('confirmed', 'Put into force'), ('dropped', 'Dropped')], default='preview', max_length=10, verbose_name='state')),
  ('source', models.CharField(max_length=200, verbose_name='source')),
  ('file', models.CharField(blank=True, max_length=150, verbose_name='file')),
  ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
  ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='in force since')),
  ('changed_days', models.PositiveSmallIntegerField(default=0, verbose_name='days changed')),
  ('confirmed_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
  ('loaded_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
  ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
  ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='stewards.calendarload')),
 ],
),
migrations.CreateModel(
 name='CountingRule',
 fields=[
  ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
  ('receipt_counts', models.BooleanField(default=False, verbose_name='the day of receipt counts')),
  ('extensions', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MaxValueValidator(9)], verbose_name='extensions that the service centre alone may approve')),
  ('longest_extension', models.PositiveSmallIntegerField(default=15, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(90)], verbose_name='longest extension')),
  ('basis', models.CharField(blank=True, max_length=200, verbose_name='basis')),
  ('valid_from', models.DateField(unique=True, verbose_name='valid from')),
 ],
),
migrations.CreateModel(
 name='CountingRuleEvent',
 fields=[
  ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
  ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
  ('pgh_label', models.TextField(help_text='The event label.')),
  ('id', models.BigIntegerField()),
  ('receipt_counts', models.BooleanField(default=False, verbose_name='the day of receipt counts')),
  ('extensions', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MaxValueValidator(9)], verbose_name='extensions that the service centre alone may approve')),
  ('longest_extension', models.PositiveSmallIntegerField(default=15, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(90)], verbose_name='longest extension')),
  ('basis', models.CharField(blank=True, max_length=200, verbose_name='basis')),
  ('valid_from', models.DateField(verbose_name='valid from')),
  ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
  ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='stewards.countingrule')),
 ],
),
migrations.CreateModel(
 name='RecomputedDue',
 fields=[
  ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
  ('before', models.DateField()),
  ('after', models.DateField()),
  ('at', models.DateTimeField(default=django.utils.timezone.now)),
  ('load', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='moved', to='stewards.calendarload')),
  ('request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='stewards.helprequest')),
 ],
 options={'indexes': [models.Index(fields=['load', 'id'], name='recomputed_of_load')]},
),
migrations.CreateModel(
 name='TimeAsk',
 fields=[
  ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
  ('round', models.PositiveSmallIntegerField()),
  ('kind', models.CharField(choices=[('extension', 'Extension'), ('complex', 'Complex request')], max_length=10, verbose_name='kind')),
  ('days', models.PositiveSmallIntegerField(verbose_name='working days')),
  ('reason', models.TextField(max_length=2000, verbose_name='reason')),
  ('for_leader', models.BooleanField(default=False, verbose_name='the linked leader decides')),
  ('asked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='asked')),
  ('state', models.CharField(choices=[('pending', 'Waiting for a decision'), ('approved', 'Approved'), ('refused', 'Refused')], default='pending', max_length=10, verbose_name='state')),
  ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
  ('word', models.TextField(blank=True, max_length=2000, verbose_name='why it was refused')),
  ('due_before', models.DateField(verbose_name='due before')),
  ('due_after', models.DateField(blank=True, null=True, verbose_name='due afterwards')),
  ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
  ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
  ('request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='time_asks', to='stewards.helprequest')),
 ],
 options={'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'pending')), fields=('request', 'round'), name='one_ask_at_a_time'), models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('asked_by')), _negated=True), _connector='OR'), name='time_asked_and_given_by_two')], 'indexes': [models.Index(condition=models.Q(('state', 'pending')), fields=['id'], name='time_ask_pending')]},
),
migrations.CreateModel(
 name='TimeAskEvent',
 fields=[
  ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
  ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
  ('pgh_label', models.TextField(help_text='The event label.')),
  ('id', models.BigIntegerField()),
  ('round', models.PositiveSmallIntegerField()),
  ('kind', models.CharField(choices=[('extension', 'Extension'), ('complex', 'Complex request')], max_length=10, verbose_name='kind')),
  ('days', models.PositiveSmallIntegerField(verbose_name='working days')),
  ('reason', models.TextField(max_length=2000, verbose_name='reason')),
  ('for_leader', models.BooleanField(default=False, verbose_name='the linked leader decides')),
  ('asked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='asked')),
  ('state', models.CharField(choices=[('pending', 'Waiting for a decision'), ('approved', 'Approved'), ('refused', 'Refused')], default='pending', max_length=10, verbose_name='state')),
  ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
  ('word', models.TextField(blank=True, max_length=2000, verbose_name='why it was refused')),
  ('due_before', models.DateField(verbose_name='due before')),
  ('due_after', models.DateField(blank=True, null=True, verbose_name='due afterwards')),
  ('asked_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
  ('decided_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
  ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
  ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='stewards.timeask')),
  ('request', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='stewards.helprequest')),
 ],
),
migrations.AddField(
            model_name='servicestandard',
            name='active',
            field=models.BooleanField(default=True, verbose_name='in use'),
        ),
migrations.AddField(
            model_name='servicestandard',
            name='basis',
            field=models.CharField(blank=True, max_length=200, verbose_name='basis'),
        ),
migrations.AddField(
            model_name='servicestandard',
            name='category',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stewards.requestcategory', verbose_name='category'),
        ),
migrations.AddField(
            model_name='servicestandard',
            name='complex_days',
            field=models.PositiveSmallIntegerField(default=15, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(90)], verbose_name='answer to what is approved as complex'),
        ),
migrations.AddField(
            model_name='servicestandard',
            name='contact_days',
            field=models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(90)], verbose_name='first contact'),
        ),
migrations.AddField(
            model_name='servicestandard',
            name='rectify_days',
            field=models.PositiveSmallIntegerField(default=15, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(90)], verbose_name='a negative rating put right'),
        ),
migrations.AddField(
            model_name='servicestandard',
            name='supervised_days',
            field=models.PositiveSmallIntegerField(default=3, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(90)], verbose_name='supervised handling and re-check'),
        ),
migrations.AddField(
            model_name='servicestandardevent',
            name='active',
            field=models.BooleanField(default=True, verbose_name='in use'),
        ),
migrations.AddField(
            model_name='servicestandardevent',
            name='basis',
            field=models.CharField(blank=True, max_length=200, verbose_name='basis'),
        ),
migrations.AddField(
            model_name='servicestandardevent',
            name='category',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='stewards.requestcategory', verbose_name='category'),
        ),
migrations.AddField(
            model_name='servicestandardevent',
            name='complex_days',
            field=models.PositiveSmallIntegerField(default=15, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(90)], verbose_name='answer to what is approved as complex'),
        ),
migrations.AddField(
            model_name='servicestandardevent',
            name='contact_days',
            field=models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(90)], verbose_name='first contact'),
        ),
migrations.AddField(
            model_name='servicestandardevent',
            name='rectify_days',
            field=models.PositiveSmallIntegerField(default=15, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(90)], verbose_name='a negative rating put right'),
        ),
migrations.AddField(
            model_name='servicestandardevent',
            name='supervised_days',
            field=models.PositiveSmallIntegerField(default=3, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(90)], verbose_name='supervised handling and re-check'),
        ),
]
),
migrations.RemoveConstraint(
            model_name='servicestandard',
            name='one_standard_a_day',
        ),
migrations.AlterField(
            model_name='servicestandard',
            name='days',
            field=models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(90)], verbose_name='answer'),
        ),
migrations.AlterField(
            model_name='servicestandardevent',
            name='days',
            field=models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(90)], verbose_name='answer'),
        ),
migrations.AddIndex(
            model_name='requestevent',
            index=models.Index(condition=models.Q(('kind__in', ('contacted', 'asked_back', 'answered'))), fields=['request'], name='event_in_touch'),
        ),
pgtrigger.migrations.AddTrigger(
            model_name='servicestandard',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "stewards_servicestandardevent" ("active", "basis", "category_id", "complex_days", "contact_days", "days", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rectify_days", "supervised_days", "type", "valid_from") VALUES (NEW."active", NEW."basis", NEW."category_id", NEW."complex_days", NEW."contact_days", NEW."days", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."rectify_days", NEW."supervised_days", NEW."type", NEW."valid_from"); RETURN NULL;', hash='5eed1cfe75c2edd8da6abde5d0e29e8c33c856ac', operation='INSERT', pgid='pgtrigger_insert_insert_c0085', table='stewards_servicestandard', when='AFTER')),
        ),
pgtrigger.migrations.AddTrigger(
            model_name='servicestandard',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "stewards_servicestandardevent" ("active", "basis", "category_id", "complex_days", "contact_days", "days", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rectify_days", "supervised_days", "type", "valid_from") VALUES (NEW."active", NEW."basis", NEW."category_id", NEW."complex_days", NEW."contact_days", NEW."days", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."rectify_days", NEW."supervised_days", NEW."type", NEW."valid_from"); RETURN NULL;', hash='f49d9bca878fe23bafd1f8cb59d3e4831cbdb050', operation='UPDATE', pgid='pgtrigger_update_update_4ea28', table='stewards_servicestandard', when='AFTER')),
        ),
migrations.AddConstraint(
            model_name='servicestandard',
            constraint=models.UniqueConstraint(fields=('type', 'category', 'valid_from'), name='one_standard_a_day', nulls_distinct=False),
        ),
pgtrigger.migrations.AddTrigger(
            model_name='countingrule',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "stewards_countingruleevent" ("basis", "extensions", "id", "longest_extension", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "receipt_counts", "valid_from") VALUES (NEW."basis", NEW."extensions", NEW."id", NEW."longest_extension", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."receipt_counts", NEW."valid_from"); RETURN NULL;', hash='24b33edcf22ac9ac449c3138ec3ca8013eac18be', operation='INSERT', pgid='pgtrigger_insert_insert_0a92a', table='stewards_countingrule', when='AFTER')),
        ),
pgtrigger.migrations.AddTrigger(
            model_name='countingrule',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "stewards_countingruleevent" ("basis", "extensions", "id", "longest_extension", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "receipt_counts", "valid_from") VALUES (NEW."basis", NEW."extensions", NEW."id", NEW."longest_extension", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."receipt_counts", NEW."valid_from"); RETURN NULL;', hash='10d8513e7cccd83e6e6d4bf9e82d64dcdb39e831', operation='UPDATE', pgid='pgtrigger_update_update_ef0eb', table='stewards_countingrule', when='AFTER')),
        ),
pgtrigger.migrations.AddTrigger(
            model_name='calendarload',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "stewards_calendarloadevent" ("changed_days", "confirmed_at", "confirmed_by_id", "created_at", "file", "id", "loaded_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "state", "year") VALUES (NEW."changed_days", NEW."confirmed_at", NEW."confirmed_by_id", NEW."created_at", NEW."file", NEW."id", NEW."loaded_by_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."source", NEW."state", NEW."year"); RETURN NULL;', hash='b2b5539326b6c5dadd2b0a6ba2a922725facba97', operation='INSERT', pgid='pgtrigger_insert_insert_868d6', table='stewards_calendarload', when='AFTER')),
        ),
pgtrigger.migrations.AddTrigger(
            model_name='calendarload',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."changed_days" IS DISTINCT FROM (NEW."changed_days") OR OLD."confirmed_at" IS DISTINCT FROM (NEW."confirmed_at") OR OLD."confirmed_by_id" IS DISTINCT FROM (NEW."confirmed_by_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."file" IS DISTINCT FROM (NEW."file") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."loaded_by_id" IS DISTINCT FROM (NEW."loaded_by_id") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."year" IS DISTINCT FROM (NEW."year"))', func='INSERT INTO "stewards_calendarloadevent" ("changed_days", "confirmed_at", "confirmed_by_id", "created_at", "file", "id", "loaded_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "state", "year") VALUES (NEW."changed_days", NEW."confirmed_at", NEW."confirmed_by_id", NEW."created_at", NEW."file", NEW."id", NEW."loaded_by_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."source", NEW."state", NEW."year"); RETURN NULL;', hash='052a0b1ec5d9e4ff82d12d6e129420f5f14ee673', operation='UPDATE', pgid='pgtrigger_update_update_d5519', table='stewards_calendarload', when='AFTER')),
        ),
pgtrigger.migrations.AddTrigger(
            model_name='calendarloadevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='2583a304c12dd6bd941bd1df0e5384bc031693b5', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_250ca', table='stewards_calendarloadevent', when='BEFORE')),
        ),
pgtrigger.migrations.AddTrigger(
            model_name='countingruleevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='54d56a8038d2c40f0ecd1f9b55726560c6f7533c', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_2dd86', table='stewards_countingruleevent', when='BEFORE')),
        ),
pgtrigger.migrations.AddTrigger(
            model_name='timeask',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "stewards_timeaskevent" ("asked_at", "asked_by_id", "days", "decided_at", "decided_by_id", "due_after", "due_before", "for_leader", "id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "request_id", "round", "state", "word") VALUES (NEW."asked_at", NEW."asked_by_id", NEW."days", NEW."decided_at", NEW."decided_by_id", NEW."due_after", NEW."due_before", NEW."for_leader", NEW."id", NEW."kind", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."request_id", NEW."round", NEW."state", NEW."word"); RETURN NULL;', hash='a0825f1528b39b1931c7a92dd988c873e322ef31', operation='INSERT', pgid='pgtrigger_insert_insert_349be', table='stewards_timeask', when='AFTER')),
        ),
pgtrigger.migrations.AddTrigger(
            model_name='timeask',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "stewards_timeaskevent" ("asked_at", "asked_by_id", "days", "decided_at", "decided_by_id", "due_after", "due_before", "for_leader", "id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "request_id", "round", "state", "word") VALUES (NEW."asked_at", NEW."asked_by_id", NEW."days", NEW."decided_at", NEW."decided_by_id", NEW."due_after", NEW."due_before", NEW."for_leader", NEW."id", NEW."kind", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."request_id", NEW."round", NEW."state", NEW."word"); RETURN NULL;', hash='83172db704ccc36ab82298c2d7fde4f5501bcc9c', operation='UPDATE', pgid='pgtrigger_update_update_4cf47', table='stewards_timeask', when='AFTER')),
        ),
pgtrigger.migrations.AddTrigger(
            model_name='timeaskevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='a8f487c5108ce0a5c1a4baa8aaabba400b579035', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_7d777', table='stewards_timeaskevent', when='BEFORE')),
        ),
    ]
