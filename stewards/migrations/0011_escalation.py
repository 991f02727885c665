import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from portal.core.together import Together


# code, basis, days, counted in working days, to whom, at once
RULES = [
    ("late-enterprise", "undated", 1, True, "enterprise", True),
    ("renewed", "renewed", 1, True, "handler", True),
    ("renewed-enterprise", "renewed", 1, True, "enterprise", True),
    ("unreported", "instructed", 2, True, "handler", True),
]


def seed(apps, schema_editor):
    rules = apps.get_model("stewards", "ReminderRule")
    for code, basis, days, working_days, audience, urgent in RULES:
        rules.objects.get_or_create(
            code=code,
            defaults={
                "basis": basis,
                "days": days,
                "working_days": working_days,
                "audience": audience,
                "urgent": urgent,
            },
        )


class Migration(migrations.Migration):
    dependencies = [
        ('enterprises', '0001_initial'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('stewards', '0010_assignment'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
Together(
[
migrations.CreateModel(
 name='Supervision',
 fields=[
  ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
  ('reason', models.TextField(max_length=2000, verbose_name='reason')),
  ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
  ('due_on', models.DateField(verbose_name='due')),
  ('ended_at', models.DateTimeField(blank=True, null=True)),
  ('word', models.TextField(blank=True, max_length=2000, verbose_name='closing word')),
  ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
  ('ordered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
  ('request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='supervisions', to='stewards.helprequest')),
 ],
 options={'ordering': ['pk'], 'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('request',), name='one_supervision_at_a_time')]},
),
migrations.CreateModel(
 name='SupervisionEvent',
 fields=[
  ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
  ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
  ('pgh_label', models.TextField(help_text='The event label.')),
  ('id', models.BigIntegerField()),
  ('reason', models.TextField(max_length=2000, verbose_name='reason')),
  ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
  ('due_on', models.DateField(verbose_name='due')),
  ('ended_at', models.DateTimeField(blank=True, null=True)),
  ('word', models.TextField(blank=True, max_length=2000, verbose_name='closing word')),
  ('ended_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
  ('ordered_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
  ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
  ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='stewards.supervision')),
  ('request', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='stewards.helprequest')),
 ],
),
migrations.CreateModel(
 name='Instruction',
 fields=[
  ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
  ('text', models.TextField(max_length=2000, verbose_name='instruction')),
  ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
  ('report', models.TextField(blank=True, max_length=5000, verbose_name='report')),
  ('reported_at', models.DateTimeField(blank=True, null=True, verbose_name='reported')),
  ('leader', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='instructions', to=settings.AUTH_USER_MODEL)),
  ('reported_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
  ('request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='instructions', to='stewards.helprequest')),
 ],
 options={'ordering': ['pk'], 'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('report', ''), ('reported_at__isnull', True), ('reported_by__isnull', True)), models.Q(('reported_at__isnull', False), ('reported_by__isnull', False), models.Q(('report', ''), _negated=True)), _connector='OR'), name='instruction_reported_whole')], 'indexes': [models.Index(condition=models.Q(('reported_at__isnull', True)), fields=['-id'], name='instruction_open')]},
),
migrations.CreateModel(
 name='InstructionEvent',
 fields=[
  ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
  ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
  ('pgh_label', models.TextField(help_text='The event label.')),
  ('id', models.BigIntegerField()),
  ('text', models.TextField(max_length=2000, verbose_name='instruction')),
  ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
  ('report', models.TextField(blank=True, max_length=5000, verbose_name='report')),
  ('reported_at', models.DateTimeField(blank=True, null=True, verbose_name='reported')),
  ('leader', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
  ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
  ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='stewards.instruction')),
  ('reported_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
  ('request', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='stewards.helprequest')),
 ],
),
migrations.CreateModel(
 name='LeaderLink',
 fields=[
  ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
  ('scope', models.CharField(choices=[('enterprise', 'One enterprise'), ('tier', 'A tier of key enterprises'), ('subdistrict', 'A subdistrict')], default='enterprise', max_length=12, verbose_name='linked to')),
  ('tier', models.CharField(blank=True, choices=[('', 'not a key enterprise'), ('municipal', 'Municipal key enterprise'), ('district', 'District key enterprise'), ('subdistrict', 'Subdistrict key enterprise')], max_length=12, verbose_name='tier')),
  ('starts_on', models.DateField(verbose_name='from')),
  ('ends_on', models.DateField(blank=True, null=True, verbose_name='until')),
  ('enterprise', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='enterprises.enterprise', verbose_name='enterprise')),
  ('leader', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='linked leader')),
  ('subdistrict', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='enterprises.subdistrict', verbose_name='subdistrict')),
 ],
 options={'ordering': ['-starts_on', '-pk'], 'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('enterprise__isnull', False), ('scope', 'enterprise'), ('subdistrict__isnull', True), ('tier', '')), models.Q(('enterprise__isnull', True), ('scope', 'tier'), ('subdistrict__isnull', True), models.Q(('tier', ''), _negated=True)), models.Q(('enterprise__isnull', True), ('scope', 'subdistrict'), ('subdistrict__isnull', False), ('tier', '')), _connector='OR'), name='leader_linked_to_one_thing'), models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='leader_link_ends_after_start')]},
),
migrations.CreateModel(
 name='LeaderLinkEvent',
 fields=[
  ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
  ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
  ('pgh_label', models.TextField(help_text='The event label.')),
  ('id', models.BigIntegerField()),
  ('scope', models.CharField(choices=[('enterprise', 'One enterprise'), ('tier', 'A tier of key enterprises'), ('subdistrict', 'A subdistrict')], default='enterprise', max_length=12, verbose_name='linked to')),
  ('tier', models.CharField(blank=True, choices=[('', 'not a key enterprise'), ('municipal', 'Municipal key enterprise'), ('district', 'District key enterprise'), ('subdistrict', 'Subdistrict key enterprise')], max_length=12, verbose_name='tier')),
  ('starts_on', models.DateField(verbose_name='from')),
  ('ends_on', models.DateField(blank=True, null=True, verbose_name='until')),
  ('enterprise', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enterprises.enterprise', verbose_name='enterprise')),
  ('leader', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='linked leader')),
  ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
  ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='stewards.leaderlink')),
  ('subdistrict', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enterprises.subdistrict', verbose_name='subdistrict')),
 ],
),
]
),
pgtrigger.migrations.AddTrigger(
            model_name='instruction',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "stewards_instructionevent" ("created_at", "id", "leader_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "report", "reported_at", "reported_by_id", "request_id", "text") VALUES (NEW."created_at", NEW."id", NEW."leader_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."report", NEW."reported_at", NEW."reported_by_id", NEW."request_id", NEW."text"); RETURN NULL;', hash='c392007f7d3f4da8fdf580ae10ead4094e3f5e37', operation='INSERT', pgid='pgtrigger_insert_insert_f7d3f', table='stewards_instruction', when='AFTER')),
        ),
pgtrigger.migrations.AddTrigger(
            model_name='instruction',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "stewards_instructionevent" ("created_at", "id", "leader_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "report", "reported_at", "reported_by_id", "request_id", "text") VALUES (NEW."created_at", NEW."id", NEW."leader_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."report", NEW."reported_at", NEW."reported_by_id", NEW."request_id", NEW."text"); RETURN NULL;', hash='d6a2fdaed13d0df5b61967fdc527404c8f81f4fc', operation='UPDATE', pgid='pgtrigger_update_update_e0d5f', table='stewards_instruction', when='AFTER')),
        ),
pgtrigger.migrations.AddTrigger(
            model_name='instructionevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1e627ca6fdc7f6419d463fe7fabb96a4b85543ae', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_509b2', table='stewards_instructionevent', when='BEFORE')),
        ),
pgtrigger.migrations.AddTrigger(
            model_name='leaderlink',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "stewards_leaderlinkevent" ("ends_on", "enterprise_id", "id", "leader_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "scope", "starts_on", "subdistrict_id", "tier") VALUES (NEW."ends_on", NEW."enterprise_id", NEW."id", NEW."leader_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."scope", NEW."starts_on", NEW."subdistrict_id", NEW."tier"); RETURN NULL;', hash='26e3898ac3893b909b5e758c7b01c4bcf328aefc', operation='INSERT', pgid='pgtrigger_insert_insert_04499', table='stewards_leaderlink', when='AFTER')),
        ),
pgtrigger.migrations.AddTrigger(
            model_name='leaderlink',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "stewards_leaderlinkevent" ("ends_on", "enterprise_id", "id", "leader_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "scope", "starts_on", "subdistrict_id", "tier") VALUES (NEW."ends_on", NEW."enterprise_id", NEW."id", NEW."leader_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."scope", NEW."starts_on", NEW."subdistrict_id", NEW."tier"); RETURN NULL;', hash='8ac6f3e6c15f0cf5e1b9753b71439c9ee35b2346', operation='UPDATE', pgid='pgtrigger_update_update_a05b7', table='stewards_leaderlink', when='AFTER')),
        ),
pgtrigger.migrations.AddTrigger(
            model_name='leaderlinkevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='6190a1aad4bf3bd51a00c7c90efe07c50f201f5b', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_45a38', table='stewards_leaderlinkevent', when='BEFORE')),
        ),
pgtrigger.migrations.AddTrigger(
            model_name='supervision',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "stewards_supervisionevent" ("created_at", "due_on", "ended_at", "ended_by_id", "id", "ordered_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "request_id", "word") VALUES (NEW."created_at", NEW."due_on", NEW."ended_at", NEW."ended_by_id", NEW."id", NEW."ordered_by_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."request_id", NEW."word"); RETURN NULL;', hash='4d1031ae44ce496c192acf9fb35e06feecd7792e', operation='INSERT', pgid='pgtrigger_insert_insert_d1fcd', table='stewards_supervision', when='AFTER')),
        ),
pgtrigger.migrations.AddTrigger(
            model_name='supervision',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "stewards_supervisionevent" ("created_at", "due_on", "ended_at", "ended_by_id", "id", "ordered_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "request_id", "word") VALUES (NEW."created_at", NEW."due_on", NEW."ended_at", NEW."ended_by_id", NEW."id", NEW."ordered_by_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."request_id", NEW."word"); RETURN NULL;', hash='034168d180a2d7eca1ddae04a241728ef134b229', operation='UPDATE', pgid='pgtrigger_update_update_ae01a', table='stewards_supervision', when='AFTER')),
        ),
pgtrigger.migrations.AddTrigger(
            model_name='supervisionevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='dc482549a89ba5f3056a705c4e81750afa45933b', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_7e3fb', table='stewards_supervisionevent', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name="requestevent",
            index=models.Index(condition=models.Q(("kind", "unheard")), fields=["-id"], name="event_unheard"),
        ),
        migrations.RunPython(seed, migrations.RunPython.noop, elidable=False),
    ]
