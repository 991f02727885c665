from importlib import import_module

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import stewards.models
from django.conf import settings
from django.db import migrations, models
from portal.core.together import Together

_rules, _standards = (
    import_module(f"stewards.migrations.{name}") for name in ("0002_reminder_rules", "0003_service_standards")
)


def install_triggers(apps, schema_editor):
    """All at once: an operation for each trigger would make Django build all models anew each time."""
    for operation in Migration.operations:
        for trigger in getattr(operation, "options", {}).get("triggers", ()):
            schema_editor.execute(trigger.install_sql, params=None)


class Migration(migrations.Migration):

    replaces = [('stewards', '0001_initial'), ('stewards', '0002_reminder_rules'), ('stewards', '0003_service_standards'), ('stewards', '0004_answered_index')]

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('enterprises', '0001_initial'),
        ('notices', '0002_message_failed'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('policies', '0013_upkeep'),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name='HelpRequest',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.CharField(max_length=20, null=True, unique=True, verbose_name='number')),
                        ('enterprise', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='enterprises.enterprise')),
                        ('asker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requests_asked', to=settings.AUTH_USER_MODEL)),
                        ('policy', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='policies.policy', verbose_name='policy')),
                        ('type', models.CharField(choices=[('consultation', 'Consultation'), ('help', 'Help'), ('complaint', 'Complaint'), ('report', 'Report of a violation'), ('suggestion', 'Suggestion')], default='consultation', max_length=12, verbose_name='type')),
                        ('subject', models.CharField(blank=True, max_length=200, verbose_name='subject')),
                        ('body', models.TextField(blank=True, max_length=10000, verbose_name='what you need')),
                        ('language', models.CharField(default='zh-hans', max_length=10, verbose_name='language of the answer')),
                        ('state', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Submitted'), ('assigned', 'Assigned'), ('accepted', 'Accepted'), ('in_progress', 'In progress'), ('waiting', 'Waiting for the enterprise'), ('answered', 'Answered'), ('rated', 'Rated'), ('closed', 'Closed'), ('not_accepted', 'Not accepted'), ('withdrawn', 'Withdrawn')], default='draft', max_length=12, verbose_name='state')),
                        ('steward', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='requests_steward', to=settings.AUTH_USER_MODEL)),
                        ('handler', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='requests_handler', to=settings.AUTH_USER_MODEL)),
                        ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='accounts.department')),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('submitted_at', models.DateTimeField(blank=True, null=True, verbose_name='submitted')),
                        ('assigned_at', models.DateTimeField(blank=True, null=True)),
                        ('accepted_at', models.DateTimeField(blank=True, null=True)),
                        ('answered_at', models.DateTimeField(blank=True, null=True)),
                        ('closed_at', models.DateTimeField(blank=True, null=True)),
                        ('due_on', models.DateField(blank=True, null=True, verbose_name='due')),
                        ('due_provisional', models.BooleanField(default=False)),
                        ('promised_days', models.PositiveSmallIntegerField(default=0)),
                        ('waiting_since', models.DateTimeField(blank=True, null=True)),
                        ('round', models.PositiveSmallIntegerField(default=1)),
                        ('ground', models.CharField(blank=True, choices=[('jurisdiction', 'Outside our jurisdiction'), ('court', 'Before a court or in administrative review'), ('petition', 'Already handled as a petition'), ('secrecy', 'Concerns secrets or privacy'), ('unlawful', 'Unlawful or abusive'), ('duplicate', 'Duplicate of another request'), ('other_legal', 'Other legal ground')], max_length=12, verbose_name='ground')),
                        ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('lock_version', models.PositiveIntegerField(default=0)),
                        ('form_key', models.UUIDField(editable=False, null=True, unique=True)),
                        ('search', django.contrib.postgres.search.SearchVectorField(editable=False, null=True)),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('state__in', ('submitted', 'assigned', 'accepted', 'in_progress', 'waiting'))), fields=['due_on', 'id'], name='request_open_by_due'), models.Index(condition=models.Q(('state__in', ('submitted', 'assigned', 'accepted', 'in_progress', 'waiting'))), fields=['steward', 'due_on', 'id'], name='request_open_steward'), models.Index(condition=models.Q(('state__in', ('submitted', 'assigned', 'accepted', 'in_progress', 'waiting'))), fields=['handler', 'due_on', 'id'], name='request_open_handler'), models.Index(condition=models.Q(('state__in', ('submitted', 'assigned', 'accepted', 'in_progress', 'waiting'))), fields=['department', 'due_on', 'id'], name='request_open_department'), models.Index(condition=models.Q(('state', 'submitted')), fields=['due_on', 'id'], name='request_unassigned'), models.Index(condition=models.Q(('state', 'waiting')), fields=['due_on', 'id'], name='request_waiting'), models.Index(condition=models.Q(('state__in', ['answered', 'rated'])), fields=['-answered_at', '-id'], name='request_answered'), models.Index(condition=models.Q(('state', 'answered')), fields=['answered_at'], name='request_unrated'), models.Index(condition=models.Q(('state', 'assigned')), fields=['assigned_at'], name='request_unaccepted'), models.Index(condition=models.Q(('state', 'closed')), fields=['closed_at'], name='request_closed'), models.Index(fields=['enterprise', '-id'], name='request_of_enterprise'), models.Index(fields=['asker', '-id'], name='request_of_asker'), django.contrib.postgres.indexes.GinIndex(fields=['search'], name='request_search')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('state', 'draft'), models.Q(('due_on__isnull', False), ('number__isnull', False), ('submitted_at__isnull', False)), _connector='OR'), name='submitted_request_has_number_and_due_date'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'submitted', 'withdrawn', 'not_accepted']), ('steward__isnull', False), _connector='OR'), name='assigned_request_has_a_steward'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'waiting'), ('waiting_since__isnull', False)), models.Q(models.Q(('state', 'waiting'), _negated=True), ('waiting_since__isnull', True)), _connector='OR'), name='waiting_since_exactly_while_waiting')],
                        'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "stewards_helprequestevent" ("accepted_at", "answered_at", "asker_id", "assigned_at", "body", "changed_at", "closed_at", "created_at", "department_id", "due_on", "due_provisional", "enterprise_id", "ground", "handler_id", "id", "language", "lock_version", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "policy_id", "promised_days", "round", "state", "steward_id", "subject", "submitted_at", "type", "waiting_since") VALUES (NEW."accepted_at", NEW."answered_at", NEW."asker_id", NEW."assigned_at", NEW."body", NEW."changed_at", NEW."closed_at", NEW."created_at", NEW."department_id", NEW."due_on", NEW."due_provisional", NEW."enterprise_id", NEW."ground", NEW."handler_id", NEW."id", NEW."language", NEW."lock_version", NEW."number", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."policy_id", NEW."promised_days", NEW."round", NEW."state", NEW."steward_id", NEW."subject", NEW."submitted_at", NEW."type", NEW."waiting_since"); RETURN NULL;', hash='5e150aff15a3fc2a962726b0508e8c9d6eb1ab72', operation='INSERT', pgid='pgtrigger_insert_insert_70c76', table='stewards_helprequest', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."accepted_at" IS DISTINCT FROM (NEW."accepted_at") OR OLD."answered_at" IS DISTINCT FROM (NEW."answered_at") OR OLD."asker_id" IS DISTINCT FROM (NEW."asker_id") OR OLD."assigned_at" IS DISTINCT FROM (NEW."assigned_at") OR OLD."body" IS DISTINCT FROM (NEW."body") OR OLD."changed_at" IS DISTINCT FROM (NEW."changed_at") OR OLD."closed_at" IS DISTINCT FROM (NEW."closed_at") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."department_id" IS DISTINCT FROM (NEW."department_id") OR OLD."due_on" IS DISTINCT FROM (NEW."due_on") OR OLD."due_provisional" IS DISTINCT FROM (NEW."due_provisional") OR OLD."enterprise_id" IS DISTINCT FROM (NEW."enterprise_id") OR OLD."ground" IS DISTINCT FROM (NEW."ground") OR OLD."handler_id" IS DISTINCT FROM (NEW."handler_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."lock_version" IS DISTINCT FROM (NEW."lock_version") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."policy_id" IS DISTINCT FROM (NEW."policy_id") OR OLD."promised_days" IS DISTINCT FROM (NEW."promised_days") OR OLD."round" IS DISTINCT FROM (NEW."round") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."steward_id" IS DISTINCT FROM (NEW."steward_id") OR OLD."subject" IS DISTINCT FROM (NEW."subject") OR OLD."submitted_at" IS DISTINCT FROM (NEW."submitted_at") OR OLD."type" IS DISTINCT FROM (NEW."type") OR OLD."waiting_since" IS DISTINCT FROM (NEW."waiting_since"))', func='INSERT INTO "stewards_helprequestevent" ("accepted_at", "answered_at", "asker_id", "assigned_at", "body", "changed_at", "closed_at", "created_at", "department_id", "due_on", "due_provisional", "enterprise_id", "ground", "handler_id", "id", "language", "lock_version", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "policy_id", "promised_days", "round", "state", "steward_id", "subject", "submitted_at", "type", "waiting_since") VALUES (NEW."accepted_at", NEW."answered_at", NEW."asker_id", NEW."assigned_at", NEW."body", NEW."changed_at", NEW."closed_at", NEW."created_at", NEW."department_id", NEW."due_on", NEW."due_provisional", NEW."enterprise_id", NEW."ground", NEW."handler_id", NEW."id", NEW."language", NEW."lock_version", NEW."number", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."policy_id", NEW."promised_days", NEW."round", NEW."state", NEW."steward_id", NEW."subject", NEW."submitted_at", NEW."type", NEW."waiting_since"); RETURN NULL;', hash='abd736eea3ef0987ee10e42c22656b57a0054a1a', operation='UPDATE', pgid='pgtrigger_update_update_b1485', table='stewards_helprequest', when='AFTER'))],
                    },
                ),
                migrations.CreateModel(
                    name='RequestEvent',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='stewards.helprequest')),
                        ('kind', models.CharField(choices=[('submitted', 'Submitted'), ('assigned', 'Assigned'), ('accepted', 'Accepted'), ('contacted', 'Message to the enterprise'), ('asked_back', 'Question to the enterprise'), ('replied', 'Reply of the enterprise'), ('note', 'Internal note'), ('referred', 'Referred to a department'), ('answered', 'Answered'), ('rated', 'Rated'), ('reopened', 'Re-opened'), ('closed', 'Closed'), ('not_accepted', 'Not accepted'), ('withdrawn', 'Withdrawn'), ('recomputed', 'Due date computed anew')], max_length=12)),
                        ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('text', models.TextField(blank=True)),
                        ('internal', models.BooleanField(default=False)),
                        ('data', models.JSONField(blank=True, default=dict)),
                    ],
                    options={
                        'ordering': ['pk'],
                    },
                ),
                migrations.CreateModel(
                    name='Attachment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='stewards.helprequest')),
                        ('event', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='stewards.requestevent')),
                        ('key', models.UUIDField(unique=True)),
                        ('file', models.FileField(max_length=200, upload_to=stewards.models.attachment_path)),
                        ('name', models.CharField(max_length=150)),
                        ('content_type', models.CharField(max_length=100)),
                        ('size', models.PositiveIntegerField()),
                        ('sha256', models.CharField(max_length=64)),
                        ('internal', models.BooleanField(default=False)),
                        ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                ),
                migrations.CreateModel(
                    name='NumberSeries',
                    fields=[
                        ('year', models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                        ('last', models.PositiveIntegerField()),
                    ],
                ),
                migrations.CreateModel(
                    name='Rating',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ratings', to='stewards.helprequest')),
                        ('round', models.PositiveSmallIntegerField()),
                        ('score', models.PositiveSmallIntegerField(verbose_name='satisfaction')),
                        ('contacted', models.BooleanField(null=True, verbose_name='somebody contacted me')),
                        ('solved', models.BooleanField(verbose_name='my request was solved')),
                        ('comment', models.TextField(blank=True, max_length=2000, verbose_name='comment')),
                        ('rated_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('request', 'round'), name='one_rating_a_round'), models.CheckConstraint(condition=models.Q(('score__range', (1, 5))), name='rating_of_five_levels')],
                        'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "stewards_ratingevent" ("comment", "contacted", "created_at", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rated_by_id", "request_id", "round", "score", "solved") VALUES (NEW."comment", NEW."contacted", NEW."created_at", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."rated_by_id", NEW."request_id", NEW."round", NEW."score", NEW."solved"); RETURN NULL;', hash='2f0e5fb514cbe961bad84b2e21c85676fd3251c6', operation='INSERT', pgid='pgtrigger_insert_insert_c47e9', table='stewards_rating', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "stewards_ratingevent" ("comment", "contacted", "created_at", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rated_by_id", "request_id", "round", "score", "solved") VALUES (NEW."comment", NEW."contacted", NEW."created_at", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."rated_by_id", NEW."request_id", NEW."round", NEW."score", NEW."solved"); RETURN NULL;', hash='7b1fa9cee6415b865be0783a8aa2b086fd19f11f', operation='UPDATE', pgid='pgtrigger_update_update_b446e', table='stewards_rating', when='AFTER'))],
                    },
                ),
                migrations.CreateModel(
                    name='ReminderRule',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.SlugField(unique=True)),
                        ('basis', models.CharField(max_length=20)),
                        ('days', models.SmallIntegerField(verbose_name='days')),
                        ('working_days', models.BooleanField(default=True, verbose_name='counted in working days')),
                        ('audience', models.CharField(choices=[('steward', 'Service steward'), ('handler', 'Handler and steward'), ('admin', 'Service-centre admin'), ('leader', 'Linked leader'), ('enterprise', 'Enterprise')], max_length=12, verbose_name='to whom')),
                        ('urgent', models.BooleanField(default=False, verbose_name='at once instead of in the digest')),
                        ('active', models.BooleanField(default=True, verbose_name='in use')),
                    ],
                    options={
                        'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "stewards_reminderruleevent" ("active", "audience", "basis", "code", "days", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "urgent", "working_days") VALUES (NEW."active", NEW."audience", NEW."basis", NEW."code", NEW."days", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."urgent", NEW."working_days"); RETURN NULL;', hash='0664e01be5dcc5b60781a21162747f841dbddf6d', operation='INSERT', pgid='pgtrigger_insert_insert_203b2', table='stewards_reminderrule', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "stewards_reminderruleevent" ("active", "audience", "basis", "code", "days", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "urgent", "working_days") VALUES (NEW."active", NEW."audience", NEW."basis", NEW."code", NEW."days", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."urgent", NEW."working_days"); RETURN NULL;', hash='85d3d5bb6a7573edf93d92e218f17f65aaff7542', operation='UPDATE', pgid='pgtrigger_update_update_c1eea', table='stewards_reminderrule', when='AFTER'))],
                    },
                ),
                migrations.CreateModel(
                    name='Reminder',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to='stewards.helprequest')),
                        ('rule', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stewards.reminderrule')),
                        ('cycle', models.CharField(max_length=40)),
                        ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('message', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='notices.message')),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['-id'], name='reminder_newest')],
                        'constraints': [models.UniqueConstraint(fields=('request', 'rule', 'cycle', 'recipient'), name='reminder_once')],
                    },
                ),
                migrations.CreateModel(
                    name='ServiceStandard',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('type', models.CharField(choices=[('consultation', 'Consultation'), ('help', 'Help'), ('complaint', 'Complaint'), ('report', 'Report of a violation'), ('suggestion', 'Suggestion')], max_length=12, verbose_name='type')),
                        ('days', models.PositiveSmallIntegerField(verbose_name='working days')),
                        ('valid_from', models.DateField(verbose_name='valid from')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('type', 'valid_from'), name='one_standard_a_day')],
                        'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "stewards_servicestandardevent" ("days", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "type", "valid_from") VALUES (NEW."days", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."type", NEW."valid_from"); RETURN NULL;', hash='3de27436c1a277b041dcb670843569be366d52d7', operation='INSERT', pgid='pgtrigger_insert_insert_c0085', table='stewards_servicestandard', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "stewards_servicestandardevent" ("days", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "type", "valid_from") VALUES (NEW."days", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."type", NEW."valid_from"); RETURN NULL;', hash='71bdfec0a0ab08b77a5fadcfa8fd41425d66f026', operation='UPDATE', pgid='pgtrigger_update_update_4ea28', table='stewards_servicestandard', when='AFTER'))],
                    },
                ),
                migrations.CreateModel(
                    name='Stewardship',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('steward', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stewardships', to=settings.AUTH_USER_MODEL)),
                        ('scope', models.CharField(choices=[('enterprise', 'Enterprise'), ('park', 'Park or building'), ('subdistrict', 'Subdistrict')], default='enterprise', max_length=12, verbose_name='scope')),
                        ('enterprise', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='stewardships', to='enterprises.enterprise')),
                        ('park', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='enterprises.park')),
                        ('subdistrict', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='enterprises.subdistrict')),
                        ('starts_on', models.DateField(verbose_name='from')),
                        ('ends_on', models.DateField(blank=True, null=True, verbose_name='until')),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('enterprise__isnull', False), ('park__isnull', True), ('scope', 'enterprise'), ('subdistrict__isnull', True)), models.Q(('enterprise__isnull', True), ('park__isnull', False), ('scope', 'park'), ('subdistrict__isnull', True)), models.Q(('enterprise__isnull', True), ('park__isnull', True), ('scope', 'subdistrict'), ('subdistrict__isnull', False)), _connector='OR'), name='stewardship_of_one_thing'), models.UniqueConstraint(condition=models.Q(('ends_on__isnull', True)), fields=('enterprise',), name='one_steward_at_a_time'), models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='stewardship_ends_after_start')],
                        'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "stewards_stewardshipevent" ("ends_on", "enterprise_id", "id", "park_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "scope", "starts_on", "steward_id", "subdistrict_id") VALUES (NEW."ends_on", NEW."enterprise_id", NEW."id", NEW."park_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."scope", NEW."starts_on", NEW."steward_id", NEW."subdistrict_id"); RETURN NULL;', hash='bb9eb40a0db4aa72ef2aa7554d70d745ecd53d28', operation='INSERT', pgid='pgtrigger_insert_insert_aee0a', table='stewards_stewardship', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "stewards_stewardshipevent" ("ends_on", "enterprise_id", "id", "park_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "scope", "starts_on", "steward_id", "subdistrict_id") VALUES (NEW."ends_on", NEW."enterprise_id", NEW."id", NEW."park_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."scope", NEW."starts_on", NEW."steward_id", NEW."subdistrict_id"); RETURN NULL;', hash='f7f896d4f13a5d24e13fd402e0bc036df26ebf4f', operation='UPDATE', pgid='pgtrigger_update_update_c2b6a', table='stewards_stewardship', when='AFTER'))],
                    },
                ),
                migrations.CreateModel(
                    name='HelpRequestEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='stewards.helprequest')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('number', models.CharField(max_length=20, null=True, verbose_name='number')),
                        ('enterprise', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enterprises.enterprise')),
                        ('asker', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                        ('policy', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='policies.policy', verbose_name='policy')),
                        ('type', models.CharField(choices=[('consultation', 'Consultation'), ('help', 'Help'), ('complaint', 'Complaint'), ('report', 'Report of a violation'), ('suggestion', 'Suggestion')], default='consultation', max_length=12, verbose_name='type')),
                        ('subject', models.CharField(blank=True, max_length=200, verbose_name='subject')),
                        ('body', models.TextField(blank=True, max_length=10000, verbose_name='what you need')),
                        ('language', models.CharField(default='zh-hans', max_length=10, verbose_name='language of the answer')),
                        ('state', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Submitted'), ('assigned', 'Assigned'), ('accepted', 'Accepted'), ('in_progress', 'In progress'), ('waiting', 'Waiting for the enterprise'), ('answered', 'Answered'), ('rated', 'Rated'), ('closed', 'Closed'), ('not_accepted', 'Not accepted'), ('withdrawn', 'Withdrawn')], default='draft', max_length=12, verbose_name='state')),
                        ('steward', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                        ('handler', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                        ('department', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.department')),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('submitted_at', models.DateTimeField(blank=True, null=True, verbose_name='submitted')),
                        ('assigned_at', models.DateTimeField(blank=True, null=True)),
                        ('accepted_at', models.DateTimeField(blank=True, null=True)),
                        ('answered_at', models.DateTimeField(blank=True, null=True)),
                        ('closed_at', models.DateTimeField(blank=True, null=True)),
                        ('due_on', models.DateField(blank=True, null=True, verbose_name='due')),
                        ('due_provisional', models.BooleanField(default=False)),
                        ('promised_days', models.PositiveSmallIntegerField(default=0)),
                        ('waiting_since', models.DateTimeField(blank=True, null=True)),
                        ('round', models.PositiveSmallIntegerField(default=1)),
                        ('ground', models.CharField(blank=True, choices=[('jurisdiction', 'Outside our jurisdiction'), ('court', 'Before a court or in administrative review'), ('petition', 'Already handled as a petition'), ('secrecy', 'Concerns secrets or privacy'), ('unlawful', 'Unlawful or abusive'), ('duplicate', 'Duplicate of another request'), ('other_legal', 'Other legal ground')], max_length=12, verbose_name='ground')),
                        ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('lock_version', models.PositiveIntegerField(default=0)),
                    ],
                    options={
                        'abstract': False,
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='52b04f3c0c3d81cff5bc739c3d226e7930ddb837', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_a9d9d', table='stewards_helprequestevent', when='BEFORE'))],
                    },
                ),
                migrations.CreateModel(
                    name='RatingEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='stewards.rating')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('request', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='stewards.helprequest')),
                        ('round', models.PositiveSmallIntegerField()),
                        ('score', models.PositiveSmallIntegerField(verbose_name='satisfaction')),
                        ('contacted', models.BooleanField(null=True, verbose_name='somebody contacted me')),
                        ('solved', models.BooleanField(verbose_name='my request was solved')),
                        ('comment', models.TextField(blank=True, max_length=2000, verbose_name='comment')),
                        ('rated_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'abstract': False,
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='4fa1c81baf2e5a6b2dc1c0d9ab6960b8721659a1', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_0e81f', table='stewards_ratingevent', when='BEFORE'))],
                    },
                ),
                migrations.CreateModel(
                    name='ReminderRuleEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='stewards.reminderrule')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('code', models.SlugField(db_index=False)),
                        ('basis', models.CharField(max_length=20)),
                        ('days', models.SmallIntegerField(verbose_name='days')),
                        ('working_days', models.BooleanField(default=True, verbose_name='counted in working days')),
                        ('audience', models.CharField(choices=[('steward', 'Service steward'), ('handler', 'Handler and steward'), ('admin', 'Service-centre admin'), ('leader', 'Linked leader'), ('enterprise', 'Enterprise')], max_length=12, verbose_name='to whom')),
                        ('urgent', models.BooleanField(default=False, verbose_name='at once instead of in the digest')),
                        ('active', models.BooleanField(default=True, verbose_name='in use')),
                    ],
                    options={
                        'abstract': False,
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c39c252b58530bd5a69bf8da2a8ae0fc36bc80c5', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_dbc96', table='stewards_reminderruleevent', when='BEFORE'))],
                    },
                ),
                migrations.CreateModel(
                    name='ServiceStandardEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='stewards.servicestandard')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('type', models.CharField(choices=[('consultation', 'Consultation'), ('help', 'Help'), ('complaint', 'Complaint'), ('report', 'Report of a violation'), ('suggestion', 'Suggestion')], max_length=12, verbose_name='type')),
                        ('days', models.PositiveSmallIntegerField(verbose_name='working days')),
                        ('valid_from', models.DateField(verbose_name='valid from')),
                    ],
                    options={
                        'abstract': False,
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='ba973d9f3fb74de5c59adb7f1d2e13606a0b4efd', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_35901', table='stewards_servicestandardevent', when='BEFORE'))],
                    },
                ),
                migrations.CreateModel(
                    name='StewardshipEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='stewards.stewardship')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('steward', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                        ('scope', models.CharField(choices=[('enterprise', 'Enterprise'), ('park', 'Park or building'), ('subdistrict', 'Subdistrict')], default='enterprise', max_length=12, verbose_name='scope')),
                        ('enterprise', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enterprises.enterprise')),
                        ('park', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enterprises.park')),
                        ('subdistrict', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enterprises.subdistrict')),
                        ('starts_on', models.DateField(verbose_name='from')),
                        ('ends_on', models.DateField(blank=True, null=True, verbose_name='until')),
                    ],
                    options={
                        'abstract': False,
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1e986670e0071e49578991628bf76daa209d86f9', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_290ca', table='stewards_stewardshipevent', when='BEFORE'))],
                    },
                ),
            ]
        ),
        migrations.RunPython(install_triggers, migrations.RunPython.noop),
        migrations.RunPython(_rules.seed, migrations.RunPython.noop),
        migrations.RunPython(_standards.seed, migrations.RunPython.noop),
    ]
