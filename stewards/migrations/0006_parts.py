import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from portal.core.together import Together


def seed(apps, schema_editor):
    """A part that is late: to whoever has it and to the steward of the request."""
    facts = {"basis": "part", "days": 1, "working_days": True, "audience": "steward", "urgent": True}
    apps.get_model("stewards", "ReminderRule").objects.get_or_create(code="part-overdue", defaults=facts)


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0001_initial"),
        ("pghistory", "0007_auto_20250421_0444"),
        ("stewards", "0005_desk_columns"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
Together(
[
migrations.CreateModel(
 name='RequestPart',
 fields=[
  ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
  ('asked', models.TextField(max_length=5000, verbose_name='what is asked of the department')),
  ('due_on', models.DateField(verbose_name='due')),
  ('state', models.CharField(choices=[('open', 'Not accepted yet'), ('accepted', 'In work'), ('centre', 'With the service centre'), ('answered', 'Done'), ('returned', 'Returned'), ('withdrawn', 'No longer needed')], default='open', max_length=12, verbose_name='state')),
  ('answer', models.TextField(blank=True, max_length=10000, verbose_name='answer of the department')),
  ('reason', models.TextField(blank=True, max_length=2000, verbose_name='reason')),
  ('round', models.PositiveSmallIntegerField(default=1)),
  ('transfers', models.PositiveSmallIntegerField(default=0)),
  ('final', models.BooleanField(default=False, verbose_name='decided by the service centre')),
  ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
  ('assigned_at', models.DateTimeField(default=django.utils.timezone.now)),
  ('accepted_at', models.DateTimeField(blank=True, null=True)),
  ('answered_at', models.DateTimeField(blank=True, null=True)),
  ('lock_version', models.PositiveIntegerField(default=0)),
  ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='request_parts', to='accounts.department', verbose_name='department')),
  ('handler', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='request_parts', to=settings.AUTH_USER_MODEL, verbose_name='handler')),
  ('request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='stewards.helprequest')),
 ],
 options={'ordering': ['pk'], 'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ('open', 'accepted', 'centre'))), fields=('request', 'department'), name='one_live_part_a_department'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'accepted'), _negated=True), ('handler__isnull', False), _connector='OR'), name='accepted_part_has_a_handler'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'answered'), _negated=True), models.Q(('answered_at__isnull', False), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='answered_part_has_an_answer')], 'indexes': [models.Index(condition=models.Q(('state__in', ('open', 'accepted', 'centre'))), fields=['department', 'due_on', 'id'], name='part_live'), models.Index(condition=models.Q(('state__in', ('open', 'accepted', 'centre'))), fields=['state', 'due_on', 'id'], name='part_live_due'), models.Index(fields=['department', '-id'], name='part_of_department')]},
),
migrations.CreateModel(
 name='RequestPartEvent',
 fields=[
  ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
  ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
  ('pgh_label', models.TextField(help_text='The event label.')),
  ('id', models.BigIntegerField()),
  ('asked', models.TextField(max_length=5000, verbose_name='what is asked of the department')),
  ('due_on', models.DateField(verbose_name='due')),
  ('state', models.CharField(choices=[('open', 'Not accepted yet'), ('accepted', 'In work'), ('centre', 'With the service centre'), ('answered', 'Done'), ('returned', 'Returned'), ('withdrawn', 'No longer needed')], default='open', max_length=12, verbose_name='state')),
  ('answer', models.TextField(blank=True, max_length=10000, verbose_name='answer of the department')),
  ('reason', models.TextField(blank=True, max_length=2000, verbose_name='reason')),
  ('round', models.PositiveSmallIntegerField(default=1)),
  ('transfers', models.PositiveSmallIntegerField(default=0)),
  ('final', models.BooleanField(default=False, verbose_name='decided by the service centre')),
  ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
  ('assigned_at', models.DateTimeField(default=django.utils.timezone.now)),
  ('accepted_at', models.DateTimeField(blank=True, null=True)),
  ('answered_at', models.DateTimeField(blank=True, null=True)),
  ('lock_version', models.PositiveIntegerField(default=0)),
  ('department', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.department', verbose_name='department')),
  ('handler', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='handler')),
  ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
  ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='stewards.requestpart')),
  ('request', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='stewards.helprequest')),
 ],
),
]
),
pgtrigger.migrations.AddTrigger(
            model_name='requestpart',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "stewards_requestpartevent" ("accepted_at", "answer", "answered_at", "asked", "assigned_at", "created_at", "department_id", "due_on", "final", "handler_id", "id", "lock_version", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "request_id", "round", "state", "transfers") VALUES (NEW."accepted_at", NEW."answer", NEW."answered_at", NEW."asked", NEW."assigned_at", NEW."created_at", NEW."department_id", NEW."due_on", NEW."final", NEW."handler_id", NEW."id", NEW."lock_version", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."request_id", NEW."round", NEW."state", NEW."transfers"); RETURN NULL;', hash='d0f489f1fed4d8d8338cfa0266bb778c5015447b', operation='INSERT', pgid='pgtrigger_insert_insert_f0d4a', table='stewards_requestpart', when='AFTER')),
        ),
pgtrigger.migrations.AddTrigger(
            model_name='requestpart',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "stewards_requestpartevent" ("accepted_at", "answer", "answered_at", "asked", "assigned_at", "created_at", "department_id", "due_on", "final", "handler_id", "id", "lock_version", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "request_id", "round", "state", "transfers") VALUES (NEW."accepted_at", NEW."answer", NEW."answered_at", NEW."asked", NEW."assigned_at", NEW."created_at", NEW."department_id", NEW."due_on", NEW."final", NEW."handler_id", NEW."id", NEW."lock_version", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."request_id", NEW."round", NEW."state", NEW."transfers"); RETURN NULL;', hash='aa5543b099fdf3ce151fc63c4b766f55bbb8d6d4', operation='UPDATE', pgid='pgtrigger_update_update_5f569', table='stewards_requestpart', when='AFTER')),
        ),
pgtrigger.migrations.AddTrigger(
            model_name='requestpartevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='cd62d1b305cb41d6bef823fe85f9caead831bc7a', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_7b9b2', table='stewards_requestpartevent', when='BEFORE')),
        ),
        migrations.RunPython(seed, migrations.RunPython.noop, elidable=False),
    ]
