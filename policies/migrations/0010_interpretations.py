import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
import policies.models.interpretation
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('pghistory', '0007_auto_20250421_0444'),
        ('policies', '0009_attachments'),
    ]

    operations = [
        migrations.CreateModel(
            name='Interpretation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('text', 'Text'), ('picture', 'Picture'), ('video', 'Video'), ('summary', 'Policy in short')], max_length=10, verbose_name='kind')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('in_review', 'In review'), ('returned', 'Returned with comments'), ('published', 'Published'), ('withdrawn', 'Withdrawn'), ('discarded', 'Discarded')], default='draft', max_length=10, verbose_name='state')),
                ('content', models.JSONField(default=dict, verbose_name='texts')),
                ('stale', models.JSONField(blank=True, default=list, verbose_name='outdated translations')),
                ('lock_version', models.PositiveIntegerField(default=0)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('submitted_at', models.DateTimeField(blank=True, null=True, verbose_name='sent to review')),
                ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='published')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn')),
            ],
        ),
        migrations.CreateModel(
            name='InterpretationComment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(max_length=20)),
                ('text', models.TextField(blank=True, verbose_name='comment')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='InterpretationEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('text', 'Text'), ('picture', 'Picture'), ('video', 'Video'), ('summary', 'Policy in short')], max_length=10, verbose_name='kind')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('in_review', 'In review'), ('returned', 'Returned with comments'), ('published', 'Published'), ('withdrawn', 'Withdrawn'), ('discarded', 'Discarded')], default='draft', max_length=10, verbose_name='state')),
                ('content', models.JSONField(default=dict, verbose_name='texts')),
                ('stale', models.JSONField(blank=True, default=list, verbose_name='outdated translations')),
                ('lock_version', models.PositiveIntegerField(default=0)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('submitted_at', models.DateTimeField(blank=True, null=True, verbose_name='sent to review')),
                ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='published')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='InterpretationFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slot', models.CharField(max_length=20, verbose_name='place')),
                ('key', models.UUIDField(unique=True)),
                ('file', models.FileField(max_length=200, upload_to=policies.models.interpretation.interpretation_path)),
                ('name', models.CharField(max_length=150, verbose_name='file name')),
                ('content_type', models.CharField(max_length=100)),
                ('size', models.PositiveBigIntegerField(verbose_name='file size')),
                ('sha256', models.CharField(max_length=64)),
                ('width', models.PositiveIntegerField(blank=True, null=True)),
                ('height', models.PositiveIntegerField(blank=True, null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name='InterpretationFileEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('slot', models.CharField(max_length=20, verbose_name='place')),
                ('key', models.UUIDField()),
                ('name', models.CharField(max_length=150, verbose_name='file name')),
                ('size', models.PositiveBigIntegerField(verbose_name='file size')),
                ('sha256', models.CharField(max_length=64)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='InterpretedPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(verbose_name='version')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='InterpretedPolicyEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('version', models.PositiveIntegerField(verbose_name='version')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='interpretation',
            name='author',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author'),
        ),
        migrations.AddField(
            model_name='interpretation',
            name='replaces',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='successors', to='policies.interpretation', verbose_name='replaces'),
        ),
        migrations.AddField(
            model_name='interpretation',
            name='reviewer',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='reviewer'),
        ),
        migrations.AddField(
            model_name='interpretationcomment',
            name='author',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='interpretationcomment',
            name='interpretation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='policies.interpretation'),
        ),
        migrations.AddField(
            model_name='interpretationevent',
            name='author',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author'),
        ),
        migrations.AddField(
            model_name='interpretationevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='interpretationevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='policies.interpretation'),
        ),
        migrations.AddField(
            model_name='interpretationevent',
            name='replaces',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='policies.interpretation', verbose_name='replaces'),
        ),
        migrations.AddField(
            model_name='interpretationevent',
            name='reviewer',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='reviewer'),
        ),
        migrations.AddField(
            model_name='interpretationfile',
            name='interpretation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='policies.interpretation'),
        ),
        migrations.AddField(
            model_name='interpretationfile',
            name='uploaded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='interpretationfileevent',
            name='interpretation',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='policies.interpretation'),
        ),
        migrations.AddField(
            model_name='interpretationfileevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='interpretationfileevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='policies.interpretationfile'),
        ),
        migrations.AddField(
            model_name='interpretedpolicy',
            name='interpretation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='policies.interpretation', verbose_name='interpretation'),
        ),
        migrations.AddField(
            model_name='interpretedpolicy',
            name='policy',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='policies.policy', verbose_name='policy'),
        ),
        migrations.AddField(
            model_name='interpretation',
            name='policies',
            field=models.ManyToManyField(related_name='interpretations', through='policies.InterpretedPolicy', to='policies.policy'),
        ),
        migrations.AddField(
            model_name='interpretedpolicyevent',
            name='interpretation',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='policies.interpretation', verbose_name='interpretation'),
        ),
        migrations.AddField(
            model_name='interpretedpolicyevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='interpretedpolicyevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='policies.interpretedpolicy'),
        ),
        migrations.AddField(
            model_name='interpretedpolicyevent',
            name='policy',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='policies.policy', verbose_name='policy'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='interpretationevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='d3da5b3b9fa866dc05aaa7d0b5547061ebb376e1', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_4b781', table='policies_interpretationevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='interpretationfile',
            constraint=models.UniqueConstraint(fields=('interpretation', 'slot'), name='interpretation_file_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='interpretationfile',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "policies_interpretationfileevent" ("id", "interpretation_id", "key", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sha256", "size", "slot") VALUES (NEW."id", NEW."interpretation_id", NEW."key", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."sha256", NEW."size", NEW."slot"); RETURN NULL;', hash='1a9fae2e4f2da041b5ff52d7d51e92e52d18adbf', operation='INSERT', pgid='pgtrigger_insert_insert_9ea45', table='policies_interpretationfile', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='interpretationfile',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "policies_interpretationfileevent" ("id", "interpretation_id", "key", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sha256", "size", "slot") VALUES (OLD."id", OLD."interpretation_id", OLD."key", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."sha256", OLD."size", OLD."slot"); RETURN NULL;', hash='1ef3a3aa8a891ea5f5a519589b17e03c6cb5b607', operation='DELETE', pgid='pgtrigger_delete_delete_3e03f', table='policies_interpretationfile', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='interpretationfileevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9c4e65bdb99817a5a376fac09751944b4f40f8da', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_56003', table='policies_interpretationfileevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='interpretedpolicy',
            constraint=models.UniqueConstraint(fields=('interpretation', 'policy'), name='policy_interpreted_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='interpretedpolicy',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "policies_interpretedpolicyevent" ("id", "interpretation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "policy_id", "version") VALUES (NEW."id", NEW."interpretation_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."policy_id", NEW."version"); RETURN NULL;', hash='c3f34c43f9058089e75e8a18adc7b3d002768d96', operation='INSERT', pgid='pgtrigger_insert_insert_c64c9', table='policies_interpretedpolicy', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='interpretedpolicy',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "policies_interpretedpolicyevent" ("id", "interpretation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "policy_id", "version") VALUES (NEW."id", NEW."interpretation_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."policy_id", NEW."version"); RETURN NULL;', hash='6f955bc60f2bda397b2e82cd276e0fcdecde9d87', operation='UPDATE', pgid='pgtrigger_update_update_78eee', table='policies_interpretedpolicy', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='interpretedpolicy',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "policies_interpretedpolicyevent" ("id", "interpretation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "policy_id", "version") VALUES (OLD."id", OLD."interpretation_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."policy_id", OLD."version"); RETURN NULL;', hash='82e1d480b49b302ec71683a7da943ad846902a63', operation='DELETE', pgid='pgtrigger_delete_delete_0f0cc', table='policies_interpretedpolicy', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='interpretation',
            index=models.Index(condition=models.Q(('state', 'published')), fields=['-published_at', '-id'], name='interpretation_newest'),
        ),
        migrations.AddConstraint(
            model_name='interpretation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'published'), _negated=True), models.Q(('reviewer__isnull', False), models.Q(('author', models.F('reviewer')), _negated=True)), _connector='OR'), name='interpretation_published_by_someone_else'),
        ),
        migrations.AddConstraint(
            model_name='interpretation',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['draft', 'in_review', 'returned'])), fields=('replaces',), name='one_open_successor_of_an_interpretation'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='interpretation',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "policies_interpretationevent" ("author_id", "changed_at", "content", "created_at", "id", "kind", "lock_version", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "replaces_id", "reviewer_id", "stale", "state", "submitted_at", "withdrawn_at") VALUES (NEW."author_id", NEW."changed_at", NEW."content", NEW."created_at", NEW."id", NEW."kind", NEW."lock_version", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."published_at", NEW."replaces_id", NEW."reviewer_id", NEW."stale", NEW."state", NEW."submitted_at", NEW."withdrawn_at"); RETURN NULL;', hash='bbba879f9fdbde1dd6bf278a28145275d435f09a', operation='INSERT', pgid='pgtrigger_insert_insert_a003a', table='policies_interpretation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='interpretation',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "policies_interpretationevent" ("author_id", "changed_at", "content", "created_at", "id", "kind", "lock_version", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "replaces_id", "reviewer_id", "stale", "state", "submitted_at", "withdrawn_at") VALUES (NEW."author_id", NEW."changed_at", NEW."content", NEW."created_at", NEW."id", NEW."kind", NEW."lock_version", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."published_at", NEW."replaces_id", NEW."reviewer_id", NEW."stale", NEW."state", NEW."submitted_at", NEW."withdrawn_at"); RETURN NULL;', hash='2ede69c8e3e5247c66d86853029e146d39f72497', operation='UPDATE', pgid='pgtrigger_update_update_be853', table='policies_interpretation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='interpretedpolicyevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='09b50dd175fbd84c5d722c7c45456950505aa6a6', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_bd652', table='policies_interpretedpolicyevent', when='BEFORE')),
        ),
    ]
