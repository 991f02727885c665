import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
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
        ('policies', '0011_questions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Consultation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=100, unique=True, verbose_name='short name in the address')),
                ('title', models.CharField(blank=True, max_length=200, verbose_name='title')),
                ('title_zh_hans', models.CharField(blank=True, max_length=200, null=True, verbose_name='title')),
                ('title_en', models.CharField(blank=True, max_length=200, null=True, verbose_name='title')),
                ('reason', models.TextField(blank=True, verbose_name='why we ask')),
                ('reason_zh_hans', models.TextField(blank=True, null=True, verbose_name='why we ask')),
                ('reason_en', models.TextField(blank=True, null=True, verbose_name='why we ask')),
                ('inclusive', models.BooleanField(default=True, verbose_name='concerns enterprises in general')),
                ('opens_on', models.DateField(blank=True, null=True, verbose_name='first day')),
                ('closes_on', models.DateField(blank=True, null=True, verbose_name='last day')),
                ('short_reason', models.CharField(blank=True, max_length=300, verbose_name='why the time is shorter')),
                ('short_reason_zh_hans', models.CharField(blank=True, max_length=300, null=True, verbose_name='why the time is shorter')),
                ('short_reason_en', models.CharField(blank=True, max_length=300, null=True, verbose_name='why the time is shorter')),
                ('stage', models.CharField(choices=[('draft', 'Draft'), ('in_review', 'In review'), ('released', 'Published for comment'), ('answers_in_review', 'Answers in review'), ('answered', 'Answered'), ('withdrawn', 'Withdrawn')], default='draft', max_length=20, verbose_name='state')),
                ('remark', models.TextField(blank=True, verbose_name="reviewer's remark")),
                ('withdrawn_reason', models.CharField(blank=True, max_length=500, verbose_name='why it was withdrawn')),
                ('withdrawn_reason_zh_hans', models.CharField(blank=True, max_length=500, null=True, verbose_name='why it was withdrawn')),
                ('withdrawn_reason_en', models.CharField(blank=True, max_length=500, null=True, verbose_name='why it was withdrawn')),
                ('writers', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('answerers', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('lock_version', models.PositiveIntegerField(default=0)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='published')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='answered')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.department', verbose_name='issuing department')),
                ('outcome', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='consultations', to='policies.policy', verbose_name='policy that came of it')),
                ('policy', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='policies.policy', verbose_name='policy it concerns')),
                ('reviewer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='CommentGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(blank=True, max_length=120, verbose_name='theme')),
                ('title_zh_hans', models.CharField(blank=True, max_length=120, null=True, verbose_name='theme')),
                ('title_en', models.CharField(blank=True, max_length=120, null=True, verbose_name='theme')),
                ('kind', models.CharField(blank=True, choices=[('adopted', 'Adopted'), ('partly', 'Partly adopted'), ('not_adopted', 'Not adopted'), ('covered', 'Already covered'), ('outside', 'Outside this draft')], max_length=12, verbose_name='what became of it')),
                ('summary', models.TextField(blank=True, verbose_name='you said')),
                ('summary_zh_hans', models.TextField(blank=True, null=True, verbose_name='you said')),
                ('summary_en', models.TextField(blank=True, null=True, verbose_name='you said')),
                ('answer', models.TextField(blank=True, verbose_name='we did, and why')),
                ('answer_zh_hans', models.TextField(blank=True, null=True, verbose_name='we did, and why')),
                ('answer_en', models.TextField(blank=True, null=True, verbose_name='we did, and why')),
                ('lock_version', models.PositiveIntegerField(default=0)),
                ('consultation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='groups', to='policies.consultation')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ConsultationClause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('text', models.TextField(blank=True, verbose_name='text')),
                ('text_zh_hans', models.TextField(blank=True, null=True, verbose_name='text')),
                ('text_en', models.TextField(blank=True, null=True, verbose_name='text')),
                ('lock_version', models.PositiveIntegerField(default=0)),
                ('consultation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='clauses', to='policies.consultation')),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='CommentGroupEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('title', models.CharField(blank=True, max_length=120, verbose_name='theme')),
                ('title_zh_hans', models.CharField(blank=True, max_length=120, null=True, verbose_name='theme')),
                ('title_en', models.CharField(blank=True, max_length=120, null=True, verbose_name='theme')),
                ('kind', models.CharField(blank=True, choices=[('adopted', 'Adopted'), ('partly', 'Partly adopted'), ('not_adopted', 'Not adopted'), ('covered', 'Already covered'), ('outside', 'Outside this draft')], max_length=12, verbose_name='what became of it')),
                ('summary', models.TextField(blank=True, verbose_name='you said')),
                ('summary_zh_hans', models.TextField(blank=True, null=True, verbose_name='you said')),
                ('summary_en', models.TextField(blank=True, null=True, verbose_name='you said')),
                ('answer', models.TextField(blank=True, verbose_name='we did, and why')),
                ('answer_zh_hans', models.TextField(blank=True, null=True, verbose_name='we did, and why')),
                ('answer_en', models.TextField(blank=True, null=True, verbose_name='we did, and why')),
                ('lock_version', models.PositiveIntegerField(default=0)),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='policies.commentgroup')),
                ('consultation', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='policies.consultation')),
                ('clause', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='policies.consultationclause', verbose_name='concerns')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='commentgroup',
            name='clause',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='groups', to='policies.consultationclause', verbose_name='concerns'),
        ),
        migrations.CreateModel(
            name='ConsultationClauseEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('text', models.TextField(blank=True, verbose_name='text')),
                ('text_zh_hans', models.TextField(blank=True, null=True, verbose_name='text')),
                ('text_en', models.TextField(blank=True, null=True, verbose_name='text')),
                ('lock_version', models.PositiveIntegerField(default=0)),
                ('consultation', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='policies.consultation')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='policies.consultationclause')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ConsultationComment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='comment')),
                ('digest', models.CharField(editable=False, max_length=64)),
                ('search', django.contrib.postgres.search.SearchVectorField(editable=False, null=True)),
                ('set_aside', models.CharField(blank=True, choices=[('', '—'), ('off_topic', 'Off topic'), ('abuse', 'Abuse or advertising'), ('empty', 'Says nothing that could be answered')], max_length=12, verbose_name='set aside')),
                ('clause', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='comments', to='policies.consultationclause')),
                ('consultation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='policies.consultation')),
                ('group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='comments', to='policies.commentgroup', verbose_name='group')),
                ('sorted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='CommentSortingEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('set_aside', models.CharField(blank=True, choices=[('', '—'), ('off_topic', 'Off topic'), ('abuse', 'Abuse or advertising'), ('empty', 'Says nothing that could be answered')], max_length=12, verbose_name='set aside')),
                ('group', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='policies.commentgroup', verbose_name='group')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('sorted_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('consultation', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='policies.consultation')),
                ('clause', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='policies.consultationclause')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='policies.consultationcomment')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ConsultationEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('slug', models.SlugField(db_index=False, max_length=100, verbose_name='short name in the address')),
                ('title', models.CharField(blank=True, max_length=200, verbose_name='title')),
                ('title_zh_hans', models.CharField(blank=True, max_length=200, null=True, verbose_name='title')),
                ('title_en', models.CharField(blank=True, max_length=200, null=True, verbose_name='title')),
                ('reason', models.TextField(blank=True, verbose_name='why we ask')),
                ('reason_zh_hans', models.TextField(blank=True, null=True, verbose_name='why we ask')),
                ('reason_en', models.TextField(blank=True, null=True, verbose_name='why we ask')),
                ('inclusive', models.BooleanField(default=True, verbose_name='concerns enterprises in general')),
                ('opens_on', models.DateField(blank=True, null=True, verbose_name='first day')),
                ('closes_on', models.DateField(blank=True, null=True, verbose_name='last day')),
                ('short_reason', models.CharField(blank=True, max_length=300, verbose_name='why the time is shorter')),
                ('short_reason_zh_hans', models.CharField(blank=True, max_length=300, null=True, verbose_name='why the time is shorter')),
                ('short_reason_en', models.CharField(blank=True, max_length=300, null=True, verbose_name='why the time is shorter')),
                ('stage', models.CharField(choices=[('draft', 'Draft'), ('in_review', 'In review'), ('released', 'Published for comment'), ('answers_in_review', 'Answers in review'), ('answered', 'Answered'), ('withdrawn', 'Withdrawn')], default='draft', max_length=20, verbose_name='state')),
                ('remark', models.TextField(blank=True, verbose_name="reviewer's remark")),
                ('withdrawn_reason', models.CharField(blank=True, max_length=500, verbose_name='why it was withdrawn')),
                ('withdrawn_reason_zh_hans', models.CharField(blank=True, max_length=500, null=True, verbose_name='why it was withdrawn')),
                ('withdrawn_reason_en', models.CharField(blank=True, max_length=500, null=True, verbose_name='why it was withdrawn')),
                ('writers', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('answerers', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('lock_version', models.PositiveIntegerField(default=0)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='published')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='answered')),
                ('author', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('department', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.department', verbose_name='issuing department')),
                ('outcome', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='policies.policy', verbose_name='policy that came of it')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='policies.consultation')),
                ('policy', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='policies.policy', verbose_name='policy it concerns')),
                ('reviewer', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Submission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('named', models.BooleanField(default=False)),
                ('speaks_for', models.CharField(blank=True, choices=[('', 'not stated'), ('enterprise', 'An enterprise'), ('association', 'An association'), ('resident', 'A resident'), ('other', 'Others')], max_length=12, verbose_name='speaks for')),
                ('size', models.CharField(blank=True, choices=[('large', 'Large'), ('medium', 'Medium-sized'), ('small', 'Small'), ('micro', 'Micro')], max_length=8, verbose_name='size class')),
                ('language', models.CharField(max_length=10, verbose_name='language')),
                ('form_key', models.UUIDField(editable=False, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('consultation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='submissions', to='policies.consultation')),
                ('enterprise', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='enterprises.enterprise')),
            ],
        ),
        migrations.AddField(
            model_name='consultationcomment',
            name='submission',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='policies.submission'),
        ),
        migrations.AddIndex(
            model_name='consultation',
            index=models.Index(condition=models.Q(('stage__in', ('released', 'answers_in_review'))), fields=['closes_on', 'id'], name='consultation_closing'),
        ),
        migrations.AddConstraint(
            model_name='consultation',
            constraint=models.CheckConstraint(condition=models.Q(('opens_on__isnull', True), ('closes_on__isnull', True), ('closes_on__gte', models.F('opens_on')), _connector='OR'), name='consultation_closes_after_it_opens'),
        ),
        migrations.AddConstraint(
            model_name='consultation',
            constraint=models.CheckConstraint(condition=models.Q(('published_at__isnull', True), models.Q(('closes_on__isnull', False), ('opens_on__isnull', False)), _connector='OR'), name='consultation_public_with_days'),
        ),
        migrations.AddConstraint(
            model_name='consultation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('stage__in', ('released', 'answers_in_review', 'answered')), _negated=True), ('published_at__isnull', False), _connector='OR'), name='consultation_public_once_published'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='consultation',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "policies_consultationevent" ("answered_at", "answerers", "author_id", "changed_at", "closes_on", "created_at", "department_id", "id", "inclusive", "lock_version", "opens_on", "outcome_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "policy_id", "published_at", "reason", "reason_en", "reason_zh_hans", "remark", "reviewer_id", "short_reason", "short_reason_en", "short_reason_zh_hans", "slug", "stage", "title", "title_en", "title_zh_hans", "withdrawn_reason", "withdrawn_reason_en", "withdrawn_reason_zh_hans", "writers") VALUES (NEW."answered_at", NEW."answerers", NEW."author_id", NEW."changed_at", NEW."closes_on", NEW."created_at", NEW."department_id", NEW."id", NEW."inclusive", NEW."lock_version", NEW."opens_on", NEW."outcome_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."policy_id", NEW."published_at", NEW."reason", NEW."reason_en", NEW."reason_zh_hans", NEW."remark", NEW."reviewer_id", NEW."short_reason", NEW."short_reason_en", NEW."short_reason_zh_hans", NEW."slug", NEW."stage", NEW."title", NEW."title_en", NEW."title_zh_hans", NEW."withdrawn_reason", NEW."withdrawn_reason_en", NEW."withdrawn_reason_zh_hans", NEW."writers"); RETURN NULL;', hash='dde14432adaeff0cf67b85fc41ddbaf7f34aa7e4', operation='INSERT', pgid='pgtrigger_insert_insert_0f78b', table='policies_consultation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='consultation',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "policies_consultationevent" ("answered_at", "answerers", "author_id", "changed_at", "closes_on", "created_at", "department_id", "id", "inclusive", "lock_version", "opens_on", "outcome_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "policy_id", "published_at", "reason", "reason_en", "reason_zh_hans", "remark", "reviewer_id", "short_reason", "short_reason_en", "short_reason_zh_hans", "slug", "stage", "title", "title_en", "title_zh_hans", "withdrawn_reason", "withdrawn_reason_en", "withdrawn_reason_zh_hans", "writers") VALUES (NEW."answered_at", NEW."answerers", NEW."author_id", NEW."changed_at", NEW."closes_on", NEW."created_at", NEW."department_id", NEW."id", NEW."inclusive", NEW."lock_version", NEW."opens_on", NEW."outcome_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."policy_id", NEW."published_at", NEW."reason", NEW."reason_en", NEW."reason_zh_hans", NEW."remark", NEW."reviewer_id", NEW."short_reason", NEW."short_reason_en", NEW."short_reason_zh_hans", NEW."slug", NEW."stage", NEW."title", NEW."title_en", NEW."title_zh_hans", NEW."withdrawn_reason", NEW."withdrawn_reason_en", NEW."withdrawn_reason_zh_hans", NEW."writers"); RETURN NULL;', hash='0cbf0cd372cb13fa9e0b4db7fb02dbbd85d8ddfe', operation='UPDATE', pgid='pgtrigger_update_update_605e2', table='policies_consultation', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='consultationclause',
            constraint=models.UniqueConstraint(fields=('consultation', 'number'), name='clause_number_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='consultationclause',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "policies_consultationclauseevent" ("consultation_id", "id", "lock_version", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "text", "text_en", "text_zh_hans") VALUES (NEW."consultation_id", NEW."id", NEW."lock_version", NEW."number", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."text", NEW."text_en", NEW."text_zh_hans"); RETURN NULL;', hash='0976427703468a1146fbfc30e75bc5eb405fff5f', operation='INSERT', pgid='pgtrigger_insert_insert_a8e76', table='policies_consultationclause', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='consultationclause',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "policies_consultationclauseevent" ("consultation_id", "id", "lock_version", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "text", "text_en", "text_zh_hans") VALUES (NEW."consultation_id", NEW."id", NEW."lock_version", NEW."number", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."text", NEW."text_en", NEW."text_zh_hans"); RETURN NULL;', hash='7f3cc4baee90705376b373999216bb149151e3fb', operation='UPDATE', pgid='pgtrigger_update_update_187b4', table='policies_consultationclause', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='consultationclause',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "policies_consultationclauseevent" ("consultation_id", "id", "lock_version", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "text", "text_en", "text_zh_hans") VALUES (OLD."consultation_id", OLD."id", OLD."lock_version", OLD."number", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."text", OLD."text_en", OLD."text_zh_hans"); RETURN NULL;', hash='0f2e016bd6413345b9696efb33c8d0c9af96989e', operation='DELETE', pgid='pgtrigger_delete_delete_5bc7d', table='policies_consultationclause', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='commentgroupevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='67f8398ac122617ba7f2f749f66482567a8260ec', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_e24d2', table='policies_commentgroupevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='commentgroup',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "policies_commentgroupevent" ("answer", "answer_en", "answer_zh_hans", "clause_id", "consultation_id", "id", "kind", "lock_version", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "summary", "summary_en", "summary_zh_hans", "title", "title_en", "title_zh_hans") VALUES (NEW."answer", NEW."answer_en", NEW."answer_zh_hans", NEW."clause_id", NEW."consultation_id", NEW."id", NEW."kind", NEW."lock_version", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."summary", NEW."summary_en", NEW."summary_zh_hans", NEW."title", NEW."title_en", NEW."title_zh_hans"); RETURN NULL;', hash='f1eccfa36a150e2634b8949a2dd0b4b6996237b6', operation='INSERT', pgid='pgtrigger_insert_insert_85a1e', table='policies_commentgroup', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='commentgroup',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "policies_commentgroupevent" ("answer", "answer_en", "answer_zh_hans", "clause_id", "consultation_id", "id", "kind", "lock_version", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "summary", "summary_en", "summary_zh_hans", "title", "title_en", "title_zh_hans") VALUES (NEW."answer", NEW."answer_en", NEW."answer_zh_hans", NEW."clause_id", NEW."consultation_id", NEW."id", NEW."kind", NEW."lock_version", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."summary", NEW."summary_en", NEW."summary_zh_hans", NEW."title", NEW."title_en", NEW."title_zh_hans"); RETURN NULL;', hash='a98f3a2ba8905739a61782d53fc8b72a1579a221', operation='UPDATE', pgid='pgtrigger_update_update_77cec', table='policies_commentgroup', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='commentgroup',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "policies_commentgroupevent" ("answer", "answer_en", "answer_zh_hans", "clause_id", "consultation_id", "id", "kind", "lock_version", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "summary", "summary_en", "summary_zh_hans", "title", "title_en", "title_zh_hans") VALUES (OLD."answer", OLD."answer_en", OLD."answer_zh_hans", OLD."clause_id", OLD."consultation_id", OLD."id", OLD."kind", OLD."lock_version", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."summary", OLD."summary_en", OLD."summary_zh_hans", OLD."title", OLD."title_en", OLD."title_zh_hans"); RETURN NULL;', hash='55bd03bea7129b98aea903267c05f285581ea99a', operation='DELETE', pgid='pgtrigger_delete_delete_11f44', table='policies_commentgroup', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='consultationclauseevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='cb0cbdbc9354196cd7a64a3f46c0a952530174ad', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_71051', table='policies_consultationclauseevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='commentsortingevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='2b194428abd7971198a9b595068ee7c4fd57c026', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_9ff65', table='policies_commentsortingevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='consultationevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='0bbd5443cc9d466d0094616c141a36220b7e2872', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_115d8', table='policies_consultationevent', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(fields=['consultation', '-created_at'], name='submission_latest'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.CheckConstraint(condition=models.Q(('size', ''), ('speaks_for', 'enterprise'), _connector='OR'), name='submission_size_of_an_enterprise'),
        ),
        migrations.AddIndex(
            model_name='consultationcomment',
            index=django.contrib.postgres.indexes.GinIndex(fields=['search'], name='comment_search'),
        ),
        migrations.AddIndex(
            model_name='consultationcomment',
            index=models.Index(fields=['consultation', 'id'], name='comment_in_order'),
        ),
        migrations.AddConstraint(
            model_name='consultationcomment',
            constraint=models.UniqueConstraint(fields=('consultation', 'digest'), name='comment_counted_once'),
        ),
        migrations.AddConstraint(
            model_name='consultationcomment',
            constraint=models.CheckConstraint(condition=models.Q(('group__isnull', True), ('set_aside', ''), _connector='OR'), name='comment_grouped_or_set_aside'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='consultationcomment',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "policies_commentsortingevent" ("clause_id", "consultation_id", "group_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "set_aside", "sorted_by_id") VALUES (NEW."clause_id", NEW."consultation_id", NEW."group_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."set_aside", NEW."sorted_by_id"); RETURN NULL;', hash='4457ca7eadbc8504b436f586564238017d8f0dc0', operation='INSERT', pgid='pgtrigger_insert_insert_016da', table='policies_consultationcomment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='consultationcomment',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."clause_id" IS DISTINCT FROM (NEW."clause_id") OR OLD."consultation_id" IS DISTINCT FROM (NEW."consultation_id") OR OLD."group_id" IS DISTINCT FROM (NEW."group_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."set_aside" IS DISTINCT FROM (NEW."set_aside") OR OLD."sorted_by_id" IS DISTINCT FROM (NEW."sorted_by_id"))', func='INSERT INTO "policies_commentsortingevent" ("clause_id", "consultation_id", "group_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "set_aside", "sorted_by_id") VALUES (NEW."clause_id", NEW."consultation_id", NEW."group_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."set_aside", NEW."sorted_by_id"); RETURN NULL;', hash='3778823a0529c3597c6316b4333ad1d0423e1e52', operation='UPDATE', pgid='pgtrigger_update_update_a0873', table='policies_consultationcomment', when='AFTER')),
        ),
    ]
