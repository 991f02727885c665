
import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from portal.core.together import Together


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('stewards', '0007_relations'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
Together(
[
migrations.CreateModel(
 name='QuestionHint',
 fields=[
  ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
  ('type', models.CharField(choices=[('consultation', 'Consultation'), ('help', 'Help'), ('complaint', 'Complaint'), ('report', 'Report of a violation'), ('suggestion', 'Suggestion')], max_length=12, unique=True, verbose_name='type')),
  ('text', models.TextField(blank=True, max_length=2000, verbose_name='what to tell us')),
  ('text_zh_hans', models.TextField(blank=True, max_length=2000, null=True, verbose_name='what to tell us')),
  ('text_en', models.TextField(blank=True, max_length=2000, null=True, verbose_name='what to tell us')),
 ],
),
migrations.CreateModel(
 name='QuestionHintEvent',
 fields=[
  ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
  ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
  ('pgh_label', models.TextField(help_text='The event label.')),
  ('id', models.BigIntegerField()),
  ('type', models.CharField(choices=[('consultation', 'Consultation'), ('help', 'Help'), ('complaint', 'Complaint'), ('report', 'Report of a violation'), ('suggestion', 'Suggestion')], max_length=12, verbose_name='type')),
  ('text', models.TextField(blank=True, max_length=2000, verbose_name='what to tell us')),
  ('text_zh_hans', models.TextField(blank=True, max_length=2000, null=True, verbose_name='what to tell us')),
  ('text_en', models.TextField(blank=True, max_length=2000, null=True, verbose_name='what to tell us')),
  ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
  ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='stewards.questionhint')),
 ],
),
migrations.CreateModel(
 name='SavedView',
 fields=[
  ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
  ('name', models.CharField(max_length=60, verbose_name='name')),
  ('query', models.CharField(max_length=1000)),
  ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
  ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.department')),
  ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
 ],
 options={'constraints': [models.UniqueConstraint(fields=('owner', 'name'), name='saved_view_once')]},
),
migrations.CreateModel(
 name='BulkAct',
 fields=[
  ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
  ('verb', models.CharField(max_length=12)),
  ('form_key', models.UUIDField(editable=False, unique=True)),
  ('at', models.DateTimeField(default=django.utils.timezone.now)),
  ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
 ],
),
migrations.CreateModel(
 name='BulkItem',
 fields=[
  ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
  ('refusal', models.CharField(blank=True, max_length=500)),
  ('before', models.JSONField(blank=True, default=dict)),
  ('version', models.PositiveIntegerField(default=0)),
  ('undone_at', models.DateTimeField(blank=True, null=True)),
  ('act', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='stewards.bulkact')),
  ('request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='stewards.helprequest')),
 ],
 options={'constraints': [models.UniqueConstraint(fields=('act', 'request'), name='bulk_once_a_request'), models.CheckConstraint(condition=models.Q(('undone_at__isnull', True), ('refusal', ''), _connector='OR'), name='only_what_was_done_is_undone')]},
),
migrations.CreateModel(
 name='CannedAnswer',
 fields=[
  ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
  ('title', models.CharField(max_length=80, verbose_name='name')),
  ('title_zh_hans', models.CharField(max_length=80, null=True, verbose_name='name')),
  ('title_en', models.CharField(max_length=80, null=True, verbose_name='name')),
  ('text', models.TextField(max_length=5000, verbose_name='text')),
  ('text_zh_hans', models.TextField(max_length=5000, null=True, verbose_name='text')),
  ('text_en', models.TextField(max_length=5000, null=True, verbose_name='text')),
  ('active', models.BooleanField(default=True, verbose_name='in use')),
  ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
  ('changed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
 ],
 options={'ordering': ['title_zh_hans', 'pk']},
),
migrations.CreateModel(
 name='CannedAnswerEvent',
 fields=[
  ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
  ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
  ('pgh_label', models.TextField(help_text='The event label.')),
  ('id', models.BigIntegerField()),
  ('title', models.CharField(max_length=80, verbose_name='name')),
  ('title_zh_hans', models.CharField(max_length=80, null=True, verbose_name='name')),
  ('title_en', models.CharField(max_length=80, null=True, verbose_name='name')),
  ('text', models.TextField(max_length=5000, verbose_name='text')),
  ('text_zh_hans', models.TextField(max_length=5000, null=True, verbose_name='text')),
  ('text_en', models.TextField(max_length=5000, null=True, verbose_name='text')),
  ('active', models.BooleanField(default=True, verbose_name='in use')),
  ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
  ('changed_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
  ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
  ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='stewards.cannedanswer')),
 ],
),
]
),
pgtrigger.migrations.AddTrigger(
            model_name='questionhint',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "stewards_questionhintevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "text", "text_en", "text_zh_hans", "type") VALUES (NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."text", NEW."text_en", NEW."text_zh_hans", NEW."type"); RETURN NULL;', hash='675c0f62e6902a502b85fd995850dc19e47a70fe', operation='INSERT', pgid='pgtrigger_insert_insert_1afba', table='stewards_questionhint', when='AFTER')),
        ),
pgtrigger.migrations.AddTrigger(
            model_name='questionhint',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "stewards_questionhintevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "text", "text_en", "text_zh_hans", "type") VALUES (NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."text", NEW."text_en", NEW."text_zh_hans", NEW."type"); RETURN NULL;', hash='ede60cb5e8c7061a9a2d51758578f5dca1166857', operation='UPDATE', pgid='pgtrigger_update_update_9ebd5', table='stewards_questionhint', when='AFTER')),
        ),
pgtrigger.migrations.AddTrigger(
            model_name='cannedanswer',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "stewards_cannedanswerevent" ("active", "changed_at", "changed_by_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "text", "text_en", "text_zh_hans", "title", "title_en", "title_zh_hans") VALUES (NEW."active", NEW."changed_at", NEW."changed_by_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."text", NEW."text_en", NEW."text_zh_hans", NEW."title", NEW."title_en", NEW."title_zh_hans"); RETURN NULL;', hash='f160e1526fdc1a3861b17b154ed936fe7b03dc5f', operation='INSERT', pgid='pgtrigger_insert_insert_6b536', table='stewards_cannedanswer', when='AFTER')),
        ),
pgtrigger.migrations.AddTrigger(
            model_name='cannedanswer',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "stewards_cannedanswerevent" ("active", "changed_at", "changed_by_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "text", "text_en", "text_zh_hans", "title", "title_en", "title_zh_hans") VALUES (NEW."active", NEW."changed_at", NEW."changed_by_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."text", NEW."text_en", NEW."text_zh_hans", NEW."title", NEW."title_en", NEW."title_zh_hans"); RETURN NULL;', hash='1cc453fa47d9bb73fa506e6d4e6430f61fa02aa1', operation='UPDATE', pgid='pgtrigger_update_update_fc6d2', table='stewards_cannedanswer', when='AFTER')),
        ),
pgtrigger.migrations.AddTrigger(
            model_name='cannedanswerevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='28723546566433541759e4d26cf5d41a1f783ecf', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_f48e7', table='stewards_cannedanswerevent', when='BEFORE')),
        ),
pgtrigger.migrations.AddTrigger(
            model_name='questionhintevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='a663719c72ddc1a57ebd89a857b20e3178e931fc', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_6fbc2', table='stewards_questionhintevent', when='BEFORE')),
        ),
    ]
