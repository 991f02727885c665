import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('enterprises', '0001_initial'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('policies', '0010_interpretations'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PolicyQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('question', models.TextField(blank=True, verbose_name='question')),
                ('question_zh_hans', models.TextField(blank=True, null=True, verbose_name='question')),
                ('question_en', models.TextField(blank=True, null=True, verbose_name='question')),
                ('answer', models.TextField(blank=True, verbose_name='answer')),
                ('answer_zh_hans', models.TextField(blank=True, null=True, verbose_name='answer')),
                ('answer_en', models.TextField(blank=True, null=True, verbose_name='answer')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('in_review', 'In review'), ('returned', 'Returned with comments'), ('published', 'Published'), ('withdrawn', 'Withdrawn')], default='draft', max_length=10, verbose_name='state')),
                ('version', models.PositiveIntegerField(default=0, verbose_name='version of the policy')),
                ('source', models.CharField(blank=True, max_length=20, verbose_name='number of the request')),
                ('lock_version', models.PositiveIntegerField(default=0)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='published')),
                ('asker', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('enterprise', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='enterprises.enterprise')),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='policies.policy')),
                ('reviewer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='PolicyQuestionEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('question', models.TextField(blank=True, verbose_name='question')),
                ('question_zh_hans', models.TextField(blank=True, null=True, verbose_name='question')),
                ('question_en', models.TextField(blank=True, null=True, verbose_name='question')),
                ('answer', models.TextField(blank=True, verbose_name='answer')),
                ('answer_zh_hans', models.TextField(blank=True, null=True, verbose_name='answer')),
                ('answer_en', models.TextField(blank=True, null=True, verbose_name='answer')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('in_review', 'In review'), ('returned', 'Returned with comments'), ('published', 'Published'), ('withdrawn', 'Withdrawn')], default='draft', max_length=10, verbose_name='state')),
                ('version', models.PositiveIntegerField(default=0, verbose_name='version of the policy')),
                ('source', models.CharField(blank=True, max_length=20, verbose_name='number of the request')),
                ('lock_version', models.PositiveIntegerField(default=0)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='published')),
                ('asker', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('author', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('enterprise', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enterprises.enterprise')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='policies.policyquestion')),
                ('policy', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='policies.policy')),
                ('reviewer', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='QuestionEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(max_length=12)),
                ('text', models.TextField(blank=True, verbose_name='comment')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='policies.policyquestion')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ViewCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('language', models.CharField(max_length=8)),
                ('run', models.CharField(max_length=32)),
                ('count', models.PositiveIntegerField(default=0)),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='policies.policy')),
            ],
        ),
        migrations.AddIndex(
            model_name='policyquestion',
            index=models.Index(condition=models.Q(('state', 'published')), fields=['policy', '-published_at', '-id'], name='question_published'),
        ),
        migrations.AddIndex(
            model_name='policyquestion',
            index=models.Index(fields=['state', '-changed_at', '-id'], name='question_by_state'),
        ),
        migrations.AddConstraint(
            model_name='policyquestion',
            constraint=models.UniqueConstraint(condition=models.Q(models.Q(('source', ''), _negated=True), models.Q(('state', 'withdrawn'), _negated=True)), fields=('source',), name='question_once_a_request'),
        ),
        migrations.AddConstraint(
            model_name='policyquestion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'published'), _negated=True), ('author__isnull', True), models.Q(('author', models.F('reviewer')), _negated=True), _connector='OR'), name='question_published_by_someone_else'),
        ),
        migrations.AddConstraint(
            model_name='policyquestion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'published'), _negated=True), ('published_at__isnull', False), _connector='OR'), name='question_published_at_a_time'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='policyquestion',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "policies_policyquestionevent" ("answer", "answer_en", "answer_zh_hans", "asker_id", "author_id", "changed_at", "created_at", "enterprise_id", "id", "lock_version", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "policy_id", "published_at", "question", "question_en", "question_zh_hans", "reviewer_id", "source", "state", "version") VALUES (NEW."answer", NEW."answer_en", NEW."answer_zh_hans", NEW."asker_id", NEW."author_id", NEW."changed_at", NEW."created_at", NEW."enterprise_id", NEW."id", NEW."lock_version", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."policy_id", NEW."published_at", NEW."question", NEW."question_en", NEW."question_zh_hans", NEW."reviewer_id", NEW."source", NEW."state", NEW."version"); RETURN NULL;', hash='757244d13c203f71546b1fbeae6c56db2d712754', operation='INSERT', pgid='pgtrigger_insert_insert_e9317', table='policies_policyquestion', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='policyquestion',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "policies_policyquestionevent" ("answer", "answer_en", "answer_zh_hans", "asker_id", "author_id", "changed_at", "created_at", "enterprise_id", "id", "lock_version", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "policy_id", "published_at", "question", "question_en", "question_zh_hans", "reviewer_id", "source", "state", "version") VALUES (NEW."answer", NEW."answer_en", NEW."answer_zh_hans", NEW."asker_id", NEW."author_id", NEW."changed_at", NEW."created_at", NEW."enterprise_id", NEW."id", NEW."lock_version", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."policy_id", NEW."published_at", NEW."question", NEW."question_en", NEW."question_zh_hans", NEW."reviewer_id", NEW."source", NEW."state", NEW."version"); RETURN NULL;', hash='40695db511b07fc943b314c452370258cfac465b', operation='UPDATE', pgid='pgtrigger_update_update_ed001', table='policies_policyquestion', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='policyquestionevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='350384ad7b7cd1762dd42e9dc1f8850d255ffa7c', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_83738', table='policies_policyquestionevent', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='viewcount',
            index=models.Index(fields=['day'], name='views_by_day'),
        ),
        migrations.AddConstraint(
            model_name='viewcount',
            constraint=models.UniqueConstraint(fields=('policy', 'day', 'language', 'run'), name='views_once_a_day'),
        ),
    ]
