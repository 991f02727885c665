import django.db.models.deletion
import django.utils.timezone
import engagement.models
import pgtrigger.compiler
import uuid
from django.conf import settings
from django.db import migrations, models

from portal.core.together import Together


class Migration(migrations.Migration):

    replaces = [
        ('engagement', '0001_initial'),
        ('engagement', '0002_surveys'),
    ]

    initial = True

    dependencies = [
        ('accounts', '0002_roles'),
        ('enterprises', '0003_named'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('stewards', '0013_wording'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name='QuietPeriodEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('id', models.BigIntegerField()),
                        ('name', models.CharField(max_length=80, verbose_name='name')),
                        ('name_zh_hans', models.CharField(max_length=80, null=True, verbose_name='name')),
                        ('name_en', models.CharField(max_length=80, null=True, verbose_name='name')),
                        ('first', models.DateField(verbose_name='first day')),
                        ('last', models.DateField(verbose_name='last day')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='engagement.quietperiod')),
                    ],
                    options={
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='00f58dc63a83fb4ab9f357502351ab56d0c8f056', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_2e2fc', table='engagement_quietperiodevent', when='BEFORE'))],
                    },
                ),
                migrations.CreateModel(
                    name='Survey',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('title', models.CharField(max_length=120, verbose_name='title')),
                        ('title_zh_hans', models.CharField(max_length=120, null=True, verbose_name='title')),
                        ('title_en', models.CharField(max_length=120, null=True, verbose_name='title')),
                        ('about', models.CharField(max_length=500, verbose_name='what it is for')),
                        ('about_zh_hans', models.CharField(max_length=500, null=True, verbose_name='what it is for')),
                        ('about_en', models.CharField(max_length=500, null=True, verbose_name='what it is for')),
                        ('closes_on', models.DateField(verbose_name='last day for answers')),
                        ('audience', models.JSONField(blank=True, default=dict)),
                        ('left_out', models.JSONField(blank=True, default=dict)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent')),
                        ('closed_at', models.DateTimeField(blank=True, null=True)),
                        ('lock_version', models.PositiveIntegerField(default=0)),
                        ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "engagement_surveyevent" ("about", "about_en", "about_zh_hans", "audience", "author_id", "closed_at", "closes_on", "created_at", "id", "left_out", "lock_version", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sent_at", "title", "title_en", "title_zh_hans") VALUES (NEW."about", NEW."about_en", NEW."about_zh_hans", NEW."audience", NEW."author_id", NEW."closed_at", NEW."closes_on", NEW."created_at", NEW."id", NEW."left_out", NEW."lock_version", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."sent_at", NEW."title", NEW."title_en", NEW."title_zh_hans"); RETURN NULL;', hash='1db5013d03feb69abbe8621c24779052e572b13f', operation='INSERT', pgid='pgtrigger_insert_insert_d4497', table='engagement_survey', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "engagement_surveyevent" ("about", "about_en", "about_zh_hans", "audience", "author_id", "closed_at", "closes_on", "created_at", "id", "left_out", "lock_version", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sent_at", "title", "title_en", "title_zh_hans") VALUES (NEW."about", NEW."about_en", NEW."about_zh_hans", NEW."audience", NEW."author_id", NEW."closed_at", NEW."closes_on", NEW."created_at", NEW."id", NEW."left_out", NEW."lock_version", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."sent_at", NEW."title", NEW."title_en", NEW."title_zh_hans"); RETURN NULL;', hash='e9aac32c0c0b82063cb52280852c96a364990446', operation='UPDATE', pgid='pgtrigger_update_update_4b9d0', table='engagement_survey', when='AFTER'))],
                    },
                ),
                migrations.CreateModel(
                    name='SurveyAnswer',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('value', models.PositiveSmallIntegerField(blank=True, null=True)),
                        ('line', models.CharField(blank=True, max_length=300)),
                        ('question', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='engagement.surveyquestion')),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('line', ''), ('value__isnull', False)), models.Q(('value__isnull', True), models.Q(('line', ''), _negated=True)), _connector='OR'), name='survey_answer_says_one_thing')],
                    },
                ),
                migrations.CreateModel(
                    name='SurveyEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('id', models.BigIntegerField()),
                        ('title', models.CharField(max_length=120, verbose_name='title')),
                        ('title_zh_hans', models.CharField(max_length=120, null=True, verbose_name='title')),
                        ('title_en', models.CharField(max_length=120, null=True, verbose_name='title')),
                        ('about', models.CharField(max_length=500, verbose_name='what it is for')),
                        ('about_zh_hans', models.CharField(max_length=500, null=True, verbose_name='what it is for')),
                        ('about_en', models.CharField(max_length=500, null=True, verbose_name='what it is for')),
                        ('closes_on', models.DateField(verbose_name='last day for answers')),
                        ('audience', models.JSONField(blank=True, default=dict)),
                        ('left_out', models.JSONField(blank=True, default=dict)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent')),
                        ('closed_at', models.DateTimeField(blank=True, null=True)),
                        ('lock_version', models.PositiveIntegerField(default=0)),
                        ('author', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='engagement.survey')),
                    ],
                    options={
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='62d1cf52711d97124dd90d8ed294673721ae6365', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_d8c4f', table='engagement_surveyevent', when='BEFORE'))],
                    },
                ),
                migrations.CreateModel(
                    name='SurveyInvitation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('day', models.DateField()),
                        ('answered_at', models.DateTimeField(blank=True, null=True)),
                        ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='surveys', to='enterprises.enterprise')),
                        ('survey', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='engagement.survey')),
                    ],
                    options={
                        'indexes': [models.Index(fields=['enterprise', 'day'], name='survey_of_enterprise')],
                        'constraints': [models.UniqueConstraint(fields=('survey', 'enterprise'), name='survey_asks_an_enterprise_once')],
                    },
                ),
                migrations.CreateModel(
                    name='SurveyQuestion',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('place', models.PositiveSmallIntegerField()),
                        ('kind', models.CharField(choices=[('level', 'five levels'), ('yes_no', 'yes or no'), ('line', 'one line of text')], default='level', max_length=8, verbose_name='kind of answer')),
                        ('text', models.CharField(max_length=200, verbose_name='question')),
                        ('text_zh_hans', models.CharField(max_length=200, null=True, verbose_name='question')),
                        ('text_en', models.CharField(max_length=200, null=True, verbose_name='question')),
                        ('survey', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='engagement.survey')),
                    ],
                    options={
                        'ordering': ['place'],
                        'constraints': [models.UniqueConstraint(fields=('survey', 'place'), name='survey_question_place')],
                        'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "engagement_surveyquestionevent" ("id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "survey_id", "text", "text_en", "text_zh_hans") VALUES (NEW."id", NEW."kind", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."place", NEW."survey_id", NEW."text", NEW."text_en", NEW."text_zh_hans"); RETURN NULL;', hash='c688ff72b6626310495f54e1a152291672be5fb1', operation='INSERT', pgid='pgtrigger_insert_insert_857fb', table='engagement_surveyquestion', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "engagement_surveyquestionevent" ("id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "survey_id", "text", "text_en", "text_zh_hans") VALUES (NEW."id", NEW."kind", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."place", NEW."survey_id", NEW."text", NEW."text_en", NEW."text_zh_hans"); RETURN NULL;', hash='29f41e086da69cbcd8a30c69939ef8b735f5e3ee', operation='UPDATE', pgid='pgtrigger_update_update_2aed6', table='engagement_surveyquestion', when='AFTER'))],
                    },
                ),
                migrations.CreateModel(
                    name='SurveyQuestionEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('id', models.BigIntegerField()),
                        ('place', models.PositiveSmallIntegerField()),
                        ('kind', models.CharField(choices=[('level', 'five levels'), ('yes_no', 'yes or no'), ('line', 'one line of text')], default='level', max_length=8, verbose_name='kind of answer')),
                        ('text', models.CharField(max_length=200, verbose_name='question')),
                        ('text_zh_hans', models.CharField(max_length=200, null=True, verbose_name='question')),
                        ('text_en', models.CharField(max_length=200, null=True, verbose_name='question')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='engagement.surveyquestion')),
                        ('survey', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='engagement.survey')),
                    ],
                    options={
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='bace8515a1a8a44e5967e473bc446fc0a313fbe1', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_134fe', table='engagement_surveyquestionevent', when='BEFORE'))],
                    },
                ),
                migrations.CreateModel(
                    name='Visit',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('asked_by', models.CharField(choices=[('government', 'Visit that the government asks for'), ('enterprise', 'Visit that the enterprise asked for'), ('enforcement', 'Law enforcement')], default='government', max_length=12, verbose_name='kind of visit')),
                        ('purpose', models.CharField(max_length=200, verbose_name='purpose')),
                        ('details', models.TextField(blank=True, max_length=2000, verbose_name='what is to be talked about')),
                        ('place', models.CharField(max_length=200, verbose_name='place')),
                        ('starts_at', models.DateTimeField(verbose_name='begins')),
                        ('ends_at', models.DateTimeField(verbose_name='ends')),
                        ('day', models.DateField(verbose_name='day')),
                        ('state', models.CharField(choices=[('planned', 'Planned'), ('requested', 'Asked for'), ('moved', 'Another time proposed'), ('confirmed', 'Confirmed'), ('held', 'Held'), ('written_up', 'Written up'), ('declined', 'Declined'), ('merged', 'Merged into another visit'), ('cancelled', 'Cancelled')], default='planned', max_length=12, verbose_name='state')),
                        ('turn', models.CharField(blank=True, choices=[('', 'Nobody'), ('government', 'The government'), ('enterprise', 'The enterprise')], default='', max_length=12)),
                        ('counted', models.BooleanField(default=False, verbose_name='counted by the contact guard')),
                        ('present', models.TextField(blank=True, max_length=1000, verbose_name='who was there from the enterprise')),
                        ('heard', models.TextField(blank=True, max_length=5000, verbose_name='what was asked and said')),
                        ('questions', models.TextField(blank=True, max_length=2000, verbose_name='questions left open')),
                        ('told_at', models.DateTimeField(blank=True, null=True)),
                        ('written_at', models.DateTimeField(blank=True, null=True, verbose_name='written up')),
                        ('chased_at', models.DateTimeField(blank=True, null=True)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('lock_version', models.PositiveIntegerField(default=0)),
                        ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.department')),
                        ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='enterprises.enterprise')),
                        ('merged_into', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='engagement.visit')),
                        ('occasion', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='stewards.helprequest')),
                        ('organiser', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='visits_organised', to=settings.AUTH_USER_MODEL)),
                        ('declined_by', models.CharField(blank=True, choices=[('', 'Nobody'), ('government', 'The government'), ('enterprise', 'The enterprise')], default='', max_length=12)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['enterprise', 'day'], name='visit_of_enterprise'), models.Index(fields=['organiser', 'day'], name='visit_of_organiser'), models.Index(fields=['department', 'day'], name='visit_of_department'), models.Index(condition=models.Q(('chased_at__isnull', True), ('state__in', ['confirmed', 'held'])), fields=['day'], name='visit_to_write_up')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='visit_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(models.Q(('merged_into__isnull', False), ('state', 'merged')), models.Q(models.Q(('state', 'merged'), _negated=True), ('merged_into__isnull', True)), _connector='OR'), name='merged_visit_has_its_other'), models.CheckConstraint(condition=models.Q(('counted', False), ('asked_by', 'government'), _connector='OR'), name='only_the_governments_visits_count'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['requested', 'moved']), ('turn__in', ['government', 'enterprise'])), models.Q(models.Q(('state__in', ['requested', 'moved']), _negated=True), ('turn', '')), _connector='OR'), name='visit_waits_for_one_side')],
                        'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "engagement_visitevent" ("asked_by", "changed_at", "counted", "created_at", "day", "declined_by", "department_id", "details", "ends_at", "enterprise_id", "heard", "id", "lock_version", "merged_into_id", "occasion_id", "organiser_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "present", "purpose", "questions", "starts_at", "state", "turn", "written_at") VALUES (NEW."asked_by", NEW."changed_at", NEW."counted", NEW."created_at", NEW."day", NEW."declined_by", NEW."department_id", NEW."details", NEW."ends_at", NEW."enterprise_id", NEW."heard", NEW."id", NEW."lock_version", NEW."merged_into_id", NEW."occasion_id", NEW."organiser_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."place", NEW."present", NEW."purpose", NEW."questions", NEW."starts_at", NEW."state", NEW."turn", NEW."written_at"); RETURN NULL;', hash='6b70291691f10e0e4f18a30afa10d23c430e3d89', operation='INSERT', pgid='pgtrigger_insert_insert_7c87f', table='engagement_visit', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."asked_by" IS DISTINCT FROM (NEW."asked_by") OR OLD."changed_at" IS DISTINCT FROM (NEW."changed_at") OR OLD."counted" IS DISTINCT FROM (NEW."counted") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."day" IS DISTINCT FROM (NEW."day") OR OLD."declined_by" IS DISTINCT FROM (NEW."declined_by") OR OLD."department_id" IS DISTINCT FROM (NEW."department_id") OR OLD."details" IS DISTINCT FROM (NEW."details") OR OLD."ends_at" IS DISTINCT FROM (NEW."ends_at") OR OLD."enterprise_id" IS DISTINCT FROM (NEW."enterprise_id") OR OLD."heard" IS DISTINCT FROM (NEW."heard") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."lock_version" IS DISTINCT FROM (NEW."lock_version") OR OLD."merged_into_id" IS DISTINCT FROM (NEW."merged_into_id") OR OLD."occasion_id" IS DISTINCT FROM (NEW."occasion_id") OR OLD."organiser_id" IS DISTINCT FROM (NEW."organiser_id") OR OLD."place" IS DISTINCT FROM (NEW."place") OR OLD."present" IS DISTINCT FROM (NEW."present") OR OLD."purpose" IS DISTINCT FROM (NEW."purpose") OR OLD."questions" IS DISTINCT FROM (NEW."questions") OR OLD."starts_at" IS DISTINCT FROM (NEW."starts_at") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."turn" IS DISTINCT FROM (NEW."turn") OR OLD."written_at" IS DISTINCT FROM (NEW."written_at"))', func='INSERT INTO "engagement_visitevent" ("asked_by", "changed_at", "counted", "created_at", "day", "declined_by", "department_id", "details", "ends_at", "enterprise_id", "heard", "id", "lock_version", "merged_into_id", "occasion_id", "organiser_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "present", "purpose", "questions", "starts_at", "state", "turn", "written_at") VALUES (NEW."asked_by", NEW."changed_at", NEW."counted", NEW."created_at", NEW."day", NEW."declined_by", NEW."department_id", NEW."details", NEW."ends_at", NEW."enterprise_id", NEW."heard", NEW."id", NEW."lock_version", NEW."merged_into_id", NEW."occasion_id", NEW."organiser_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."place", NEW."present", NEW."purpose", NEW."questions", NEW."starts_at", NEW."state", NEW."turn", NEW."written_at"); RETURN NULL;', hash='4d42837c48f2a4503f93513081676b72da920a78', operation='UPDATE', pgid='pgtrigger_update_update_e17d9', table='engagement_visit', when='AFTER'))],
                    },
                ),
                migrations.CreateModel(
                    name='VisitEntry',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('plan', 'Planned'), ('request', 'Asked for'), ('confirm', 'Confirmed'), ('decline', 'Declined'), ('move', 'Another time proposed'), ('merge', 'Merged into another visit'), ('join', 'Another department joins'), ('hold', 'Held'), ('write_up', 'Written up'), ('promise', 'Promise made a request'), ('cancel', 'Cancelled')], max_length=12)),
                        ('at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('text', models.TextField(blank=True)),
                        ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('visit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='engagement.visit')),
                    ],
                    options={
                        'ordering': ['pk'],
                    },
                ),
                migrations.CreateModel(
                    name='VisitEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('id', models.BigIntegerField()),
                        ('asked_by', models.CharField(choices=[('government', 'Visit that the government asks for'), ('enterprise', 'Visit that the enterprise asked for'), ('enforcement', 'Law enforcement')], default='government', max_length=12, verbose_name='kind of visit')),
                        ('purpose', models.CharField(max_length=200, verbose_name='purpose')),
                        ('details', models.TextField(blank=True, max_length=2000, verbose_name='what is to be talked about')),
                        ('place', models.CharField(max_length=200, verbose_name='place')),
                        ('starts_at', models.DateTimeField(verbose_name='begins')),
                        ('ends_at', models.DateTimeField(verbose_name='ends')),
                        ('day', models.DateField(verbose_name='day')),
                        ('state', models.CharField(choices=[('planned', 'Planned'), ('requested', 'Asked for'), ('moved', 'Another time proposed'), ('confirmed', 'Confirmed'), ('held', 'Held'), ('written_up', 'Written up'), ('declined', 'Declined'), ('merged', 'Merged into another visit'), ('cancelled', 'Cancelled')], default='planned', max_length=12, verbose_name='state')),
                        ('turn', models.CharField(blank=True, choices=[('', 'Nobody'), ('government', 'The government'), ('enterprise', 'The enterprise')], default='', max_length=12)),
                        ('counted', models.BooleanField(default=False, verbose_name='counted by the contact guard')),
                        ('present', models.TextField(blank=True, max_length=1000, verbose_name='who was there from the enterprise')),
                        ('heard', models.TextField(blank=True, max_length=5000, verbose_name='what was asked and said')),
                        ('questions', models.TextField(blank=True, max_length=2000, verbose_name='questions left open')),
                        ('written_at', models.DateTimeField(blank=True, null=True, verbose_name='written up')),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('lock_version', models.PositiveIntegerField(default=0)),
                        ('department', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.department')),
                        ('enterprise', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enterprises.enterprise')),
                        ('merged_into', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='engagement.visit')),
                        ('occasion', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='stewards.helprequest')),
                        ('organiser', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='engagement.visit')),
                        ('declined_by', models.CharField(blank=True, choices=[('', 'Nobody'), ('government', 'The government'), ('enterprise', 'The enterprise')], default='', max_length=12)),
                    ],
                    options={
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='4ca9b84efc2a12951628affa500c69782bf60058', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_b3709', table='engagement_visitevent', when='BEFORE'))],
                    },
                ),
                migrations.CreateModel(
                    name='CalendarFeed',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('token', models.CharField(default=engagement.models.feed_token, max_length=64, unique=True)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('revoked_at', models.DateTimeField(blank=True, null=True)),
                        ('enterprise', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='enterprises.enterprise')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True)), fields=('person', 'enterprise'), name='one_calendar_feed', nulls_distinct=False)],
                        'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "engagement_calendarfeedevent" ("created_at", "enterprise_id", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revoked_at") VALUES (NEW."created_at", NEW."enterprise_id", NEW."id", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."revoked_at"); RETURN NULL;', hash='a500f5a95c74f6656df015fd01beaa7c3b9a0aab', operation='INSERT', pgid='pgtrigger_insert_insert_365c9', table='engagement_calendarfeed', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."enterprise_id" IS DISTINCT FROM (NEW."enterprise_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."person_id" IS DISTINCT FROM (NEW."person_id") OR OLD."revoked_at" IS DISTINCT FROM (NEW."revoked_at"))', func='INSERT INTO "engagement_calendarfeedevent" ("created_at", "enterprise_id", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revoked_at") VALUES (NEW."created_at", NEW."enterprise_id", NEW."id", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."revoked_at"); RETURN NULL;', hash='2fd362ccd2b956f591136286c44f61d3fa27b0a2', operation='UPDATE', pgid='pgtrigger_update_update_df2a9', table='engagement_calendarfeed', when='AFTER'))],
                    },
                ),
                migrations.CreateModel(
                    name='CalendarFeedEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('id', models.BigIntegerField()),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('revoked_at', models.DateTimeField(blank=True, null=True)),
                        ('enterprise', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enterprises.enterprise')),
                        ('person', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='engagement.calendarfeed')),
                    ],
                    options={
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='861a66180bc7607cd0f7befb0d93e2506bf2cf90', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_00fdf', table='engagement_calendarfeedevent', when='BEFORE'))],
                    },
                ),
                migrations.CreateModel(
                    name='GuardLimit',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(choices=[('a_week', 'Visits a week'), ('a_year', 'Visits a year'), ('days_between', 'Quiet days after a visit'), ('days_after_no', 'Quiet days after the enterprise has declined'), ('not_now_days', 'Longest “not now” in days'), ('surveys_a_year', 'Surveys a year'), ('contact_days', 'Days after which a key enterprise without contact is listed')], max_length=20, verbose_name='setting')),
                        ('value', models.PositiveSmallIntegerField(verbose_name='new number')),
                        ('valid_from', models.DateField(verbose_name='valid from')),
                        ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('code', 'valid_from'), name='one_limit_a_day')],
                        'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "engagement_guardlimitevent" ("by_id", "code", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "valid_from", "value") VALUES (NEW."by_id", NEW."code", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."valid_from", NEW."value"); RETURN NULL;', hash='df2e7c946972de65613ae6c34c08fa07ae86e2cd', operation='INSERT', pgid='pgtrigger_insert_insert_0fea9', table='engagement_guardlimit', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "engagement_guardlimitevent" ("by_id", "code", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "valid_from", "value") VALUES (NEW."by_id", NEW."code", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."valid_from", NEW."value"); RETURN NULL;', hash='aa749afc1fda58b3628404d57cb8e6cf1cd9fe1d', operation='UPDATE', pgid='pgtrigger_update_update_b0b6b', table='engagement_guardlimit', when='AFTER'))],
                    },
                ),
                migrations.CreateModel(
                    name='GuardLimitEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('id', models.BigIntegerField()),
                        ('code', models.CharField(choices=[('a_week', 'Visits a week'), ('a_year', 'Visits a year'), ('days_between', 'Quiet days after a visit'), ('days_after_no', 'Quiet days after the enterprise has declined'), ('not_now_days', 'Longest “not now” in days'), ('surveys_a_year', 'Surveys a year'), ('contact_days', 'Days after which a key enterprise without contact is listed')], max_length=20, verbose_name='setting')),
                        ('value', models.PositiveSmallIntegerField(verbose_name='new number')),
                        ('valid_from', models.DateField(verbose_name='valid from')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='engagement.guardlimit')),
                        ('by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                        ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                    ],
                    options={
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='184e39ff715bd6bede313631ad183aba068ec33b', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_fdd3f', table='engagement_guardlimitevent', when='BEFORE'))],
                    },
                ),
                migrations.CreateModel(
                    name='NotNow',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('first', models.DateField(verbose_name='from')),
                        ('last', models.DateField(verbose_name='until')),
                        ('note', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                        ('ended_on', models.DateField(blank=True, null=True)),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='not_now', to='enterprises.enterprise')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(condition=models.Q(('ended_on__isnull', True)), fields=('enterprise',), name='one_not_now_at_a_time'), models.CheckConstraint(condition=models.Q(('last__gte', models.F('first'))), name='not_now_has_days')],
                        'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "engagement_notnowevent" ("by_id", "ended_on", "enterprise_id", "first", "id", "last", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."by_id", NEW."ended_on", NEW."enterprise_id", NEW."first", NEW."id", NEW."last", NEW."note", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;', hash='a59a8174732559b3c94bf805632707d540cfa72e', operation='INSERT', pgid='pgtrigger_insert_insert_675e7', table='engagement_notnow', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "engagement_notnowevent" ("by_id", "ended_on", "enterprise_id", "first", "id", "last", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."by_id", NEW."ended_on", NEW."enterprise_id", NEW."first", NEW."id", NEW."last", NEW."note", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;', hash='37051e13751f93555addabf5520cfa53481a6e0e', operation='UPDATE', pgid='pgtrigger_update_update_5c9bd', table='engagement_notnow', when='AFTER'))],
                    },
                ),
                migrations.CreateModel(
                    name='NotNowEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('id', models.BigIntegerField()),
                        ('first', models.DateField(verbose_name='from')),
                        ('last', models.DateField(verbose_name='until')),
                        ('note', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                        ('ended_on', models.DateField(blank=True, null=True)),
                        ('by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                        ('enterprise', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enterprises.enterprise')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='engagement.notnow')),
                    ],
                    options={
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='af483c81308a0a67bbdebcd6e3339ffb9cd5c970', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_636dd', table='engagement_notnowevent', when='BEFORE'))],
                    },
                ),
                migrations.CreateModel(
                    name='Participant',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('topic', models.CharField(max_length=200, verbose_name='what for')),
                        ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.department')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('visit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='participants', to='engagement.visit')),
                    ],
                    options={
                        'ordering': ['pk'],
                        'constraints': [models.UniqueConstraint(fields=('visit', 'person'), name='participant_once')],
                        'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "engagement_participantevent" ("department_id", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "topic", "visit_id") VALUES (NEW."department_id", NEW."id", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."topic", NEW."visit_id"); RETURN NULL;', hash='525d085ad5c746a59b9ca695d14eee08fed9d7bd', operation='INSERT', pgid='pgtrigger_insert_insert_d4079', table='engagement_participant', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "engagement_participantevent" ("department_id", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "topic", "visit_id") VALUES (NEW."department_id", NEW."id", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."topic", NEW."visit_id"); RETURN NULL;', hash='6c9697f7a26ea28568e1517523ce522b5cae149c', operation='UPDATE', pgid='pgtrigger_update_update_fc770', table='engagement_participant', when='AFTER'))],
                    },
                ),
                migrations.CreateModel(
                    name='ParticipantEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('id', models.BigIntegerField()),
                        ('topic', models.CharField(max_length=200, verbose_name='what for')),
                        ('department', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.department')),
                        ('person', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='engagement.participant')),
                        ('visit', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='engagement.visit')),
                    ],
                    options={
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='873f53a5a4dfbff50566d1817e6a8066f2e3390c', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_5170d', table='engagement_participantevent', when='BEFORE'))],
                    },
                ),
                migrations.CreateModel(
                    name='Promise',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('text', models.CharField(max_length=500, verbose_name='promise')),
                        ('due_on', models.DateField(blank=True, null=True, verbose_name='promised by')),
                        ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('chased_at', models.DateTimeField(blank=True, null=True)),
                        ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('request', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='promise', to='stewards.helprequest')),
                        ('visit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='promises', to='engagement.visit')),
                    ],
                    options={
                        'ordering': ['pk'],
                        'indexes': [models.Index(condition=models.Q(('chased_at__isnull', True), ('request__isnull', True)), fields=['made_at'], name='promise_open')],
                        'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "engagement_promiseevent" ("due_on", "id", "made_at", "made_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "request_id", "text", "visit_id") VALUES (NEW."due_on", NEW."id", NEW."made_at", NEW."made_by_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."request_id", NEW."text", NEW."visit_id"); RETURN NULL;', hash='25914185e07f80915750f340d7906473d38c528b', operation='INSERT', pgid='pgtrigger_insert_insert_c25ec', table='engagement_promise', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."due_on" IS DISTINCT FROM (NEW."due_on") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."made_at" IS DISTINCT FROM (NEW."made_at") OR OLD."made_by_id" IS DISTINCT FROM (NEW."made_by_id") OR OLD."request_id" IS DISTINCT FROM (NEW."request_id") OR OLD."text" IS DISTINCT FROM (NEW."text") OR OLD."visit_id" IS DISTINCT FROM (NEW."visit_id"))', func='INSERT INTO "engagement_promiseevent" ("due_on", "id", "made_at", "made_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "request_id", "text", "visit_id") VALUES (NEW."due_on", NEW."id", NEW."made_at", NEW."made_by_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."request_id", NEW."text", NEW."visit_id"); RETURN NULL;', hash='6baf2e849ed263bcdc9dc075a653f506b7402b2f', operation='UPDATE', pgid='pgtrigger_update_update_83b5f', table='engagement_promise', when='AFTER'))],
                    },
                ),
                migrations.CreateModel(
                    name='PromiseEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('id', models.BigIntegerField()),
                        ('text', models.CharField(max_length=500, verbose_name='promise')),
                        ('due_on', models.DateField(blank=True, null=True, verbose_name='promised by')),
                        ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('made_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='engagement.promise')),
                        ('request', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='stewards.helprequest')),
                        ('visit', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='engagement.visit')),
                    ],
                    options={
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='fc7249e5e866e562a09977b0956a22ee04fb0673', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_21e20', table='engagement_promiseevent', when='BEFORE'))],
                    },
                ),
                migrations.CreateModel(
                    name='QuietPeriod',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=80, verbose_name='name')),
                        ('name_zh_hans', models.CharField(max_length=80, null=True, verbose_name='name')),
                        ('name_en', models.CharField(max_length=80, null=True, verbose_name='name')),
                        ('first', models.DateField(verbose_name='first day')),
                        ('last', models.DateField(verbose_name='last day')),
                    ],
                    options={
                        'ordering': ['first', 'pk'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('last__gte', models.F('first'))), name='quiet_period_has_days')],
                        'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "engagement_quietperiodevent" ("first", "id", "last", "name", "name_en", "name_zh_hans", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."first", NEW."id", NEW."last", NEW."name", NEW."name_en", NEW."name_zh_hans", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;', hash='ea2d9f398a9da96bbe32b613d29004bad6e6228e', operation='INSERT', pgid='pgtrigger_insert_insert_02c80', table='engagement_quietperiod', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "engagement_quietperiodevent" ("first", "id", "last", "name", "name_en", "name_zh_hans", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."first", NEW."id", NEW."last", NEW."name", NEW."name_en", NEW."name_zh_hans", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;', hash='f45424cc3e75f7f56f9acd61c8c4c963c4cc0d92', operation='UPDATE', pgid='pgtrigger_update_update_68386', table='engagement_quietperiod', when='AFTER'))],
                    },
                ),
            ]
        ),
    ]
