import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('policies', '0007_matches'),
    ]

    operations = [
        migrations.CreateModel(
            name='PolicyImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='file')),
                ('kind', models.CharField(max_length=4, verbose_name='format')),
                ('sha256', models.CharField(max_length=64)),
                ('notes', models.JSONField(default=dict)),
                ('counts', models.JSONField(default=dict)),
                ('results', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField(verbose_name='kept until')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='confirmed')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='carried out')),
                ('uploader', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='uploaded by')),
            ],
        ),
        migrations.CreateModel(
            name='ImportRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('kind', models.CharField(choices=[('new', 'New'), ('changed', 'Changed'), ('unchanged', 'Unchanged'), ('busy', 'Being worked on'), ('wrong', 'Wrong')], max_length=9)),
                ('title', models.CharField(blank=True, max_length=300)),
                ('slug', models.CharField(blank=True, max_length=100)),
                ('content', models.JSONField(default=dict)),
                ('changes', models.JSONField(default=list)),
                ('faults', models.JSONField(default=list)),
                ('seen', models.PositiveIntegerField(default=0)),
                ('outcome', models.CharField(blank=True, choices=[('waiting', 'In line'), ('review', 'In review'), ('draft', 'Draft with gaps'), ('refused', 'Not taken over')], max_length=8)),
                ('said', models.JSONField(default=dict)),
                ('policy', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='policies.policy')),
                ('revision', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='policies.revision')),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='policies.policyimport')),
            ],
        ),
        migrations.CreateModel(
            name='PolicyImportEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('name', models.CharField(max_length=120, verbose_name='file')),
                ('kind', models.CharField(max_length=4, verbose_name='format')),
                ('counts', models.JSONField(default=dict)),
                ('results', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='confirmed')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='carried out')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='policies.policyimport')),
                ('uploader', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='uploaded by')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddIndex(
            model_name='policyimport',
            index=models.Index(fields=['uploader', '-created_at'], name='import_of_uploader'),
        ),
        migrations.AddIndex(
            model_name='policyimport',
            index=models.Index(condition=models.Q(('confirmed_at__isnull', False), ('finished_at__isnull', True)), fields=['confirmed_at'], name='import_under_way'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='policyimport',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "policies_policyimportevent" ("confirmed_at", "counts", "created_at", "finished_at", "id", "kind", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "results", "uploader_id") VALUES (NEW."confirmed_at", NEW."counts", NEW."created_at", NEW."finished_at", NEW."id", NEW."kind", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."results", NEW."uploader_id"); RETURN NULL;', hash='9f94c72ad00e95a94dee81c2c2649f72795a84fc', operation='INSERT', pgid='pgtrigger_insert_insert_e7928', table='policies_policyimport', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='policyimport',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."confirmed_at" IS DISTINCT FROM (NEW."confirmed_at") OR OLD."counts" IS DISTINCT FROM (NEW."counts") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."finished_at" IS DISTINCT FROM (NEW."finished_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."results" IS DISTINCT FROM (NEW."results") OR OLD."uploader_id" IS DISTINCT FROM (NEW."uploader_id"))', func='INSERT INTO "policies_policyimportevent" ("confirmed_at", "counts", "created_at", "finished_at", "id", "kind", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "results", "uploader_id") VALUES (NEW."confirmed_at", NEW."counts", NEW."created_at", NEW."finished_at", NEW."id", NEW."kind", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."results", NEW."uploader_id"); RETURN NULL;', hash='df6bf2bd0f45ff01b395cd44e9a30b71469448a0', operation='UPDATE', pgid='pgtrigger_update_update_99d8b', table='policies_policyimport', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='policyimport',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "policies_policyimportevent" ("confirmed_at", "counts", "created_at", "finished_at", "id", "kind", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "results", "uploader_id") VALUES (OLD."confirmed_at", OLD."counts", OLD."created_at", OLD."finished_at", OLD."id", OLD."kind", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."results", OLD."uploader_id"); RETURN NULL;', hash='e726104dcc36c22247ea8a3db13204ef48789b53', operation='DELETE', pgid='pgtrigger_delete_delete_720ac', table='policies_policyimport', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='importrow',
            index=models.Index(fields=['batch', 'kind', 'number'], name='import_row_by_kind'),
        ),
        migrations.AddIndex(
            model_name='importrow',
            index=models.Index(condition=models.Q(('outcome', 'waiting')), fields=['batch', 'number'], name='import_row_waiting'),
        ),
        migrations.AddConstraint(
            model_name='importrow',
            constraint=models.UniqueConstraint(fields=('batch', 'number'), name='import_row_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='policyimportevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='bf6687ec2481d2fc24deb1bab434b0090c5d928a', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_34c88', table='policies_policyimportevent', when='BEFORE')),
        ),
    ]
