
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from portal.core.together import Together


class Migration(migrations.Migration):

    dependencies = [
        ('enterprises', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
                pgtrigger.migrations.RemoveTrigger(
                            model_name='invitation',
                            name='insert_insert',
                        ),
                pgtrigger.migrations.RemoveTrigger(
                            model_name='invitation',
                            name='update_update',
                        ),
                pgtrigger.migrations.RemoveTrigger(
                            model_name='membership',
                            name='insert_insert',
                        ),
                pgtrigger.migrations.RemoveTrigger(
                            model_name='membership',
                            name='update_update',
                        ),
                migrations.AddField(
                            model_name='invitation',
                            name='until',
                            field=models.DateField(blank=True, null=True, verbose_name='mandate until'),
                        ),
                migrations.AddField(
                            model_name='invitationevent',
                            name='until',
                            field=models.DateField(blank=True, null=True, verbose_name='mandate until'),
                        ),
                migrations.AddField(
                            model_name='membership',
                            name='until',
                            field=models.DateField(blank=True, null=True, verbose_name='mandate until'),
                        ),
                migrations.AddField(
                            model_name='membershipevent',
                            name='until',
                            field=models.DateField(blank=True, null=True, verbose_name='mandate until'),
                        ),
                migrations.AlterField(
                            model_name='membership',
                            name='role',
                            field=models.CharField(choices=[('owner', 'Owner'), ('member', 'Member'), ('agent', 'Agent with a mandate')], default='member', max_length=10, verbose_name='role'),
                        ),
                migrations.AlterField(
                            model_name='membershipevent',
                            name='role',
                            field=models.CharField(choices=[('owner', 'Owner'), ('member', 'Member'), ('agent', 'Agent with a mandate')], default='member', max_length=10, verbose_name='role'),
                        ),
                pgtrigger.migrations.AddTrigger(
                            model_name='invitation',
                            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "enterprises_invitationevent" ("accepted_by_id", "created_at", "email", "enterprise_id", "expires_at", "id", "invited_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revoked_at", "until") VALUES (NEW."accepted_by_id", NEW."created_at", NEW."email", NEW."enterprise_id", NEW."expires_at", NEW."id", NEW."invited_by_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."revoked_at", NEW."until"); RETURN NULL;', hash='01384b68e9b13750ea9faa6a1e772f6fef6a4433', operation='INSERT', pgid='pgtrigger_insert_insert_75050', table='enterprises_invitation', when='AFTER')),
                        ),
                pgtrigger.migrations.AddTrigger(
                            model_name='invitation',
                            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."accepted_by_id" IS DISTINCT FROM (NEW."accepted_by_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."enterprise_id" IS DISTINCT FROM (NEW."enterprise_id") OR OLD."expires_at" IS DISTINCT FROM (NEW."expires_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."invited_by_id" IS DISTINCT FROM (NEW."invited_by_id") OR OLD."revoked_at" IS DISTINCT FROM (NEW."revoked_at") OR OLD."until" IS DISTINCT FROM (NEW."until"))', func='INSERT INTO "enterprises_invitationevent" ("accepted_by_id", "created_at", "email", "enterprise_id", "expires_at", "id", "invited_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revoked_at", "until") VALUES (NEW."accepted_by_id", NEW."created_at", NEW."email", NEW."enterprise_id", NEW."expires_at", NEW."id", NEW."invited_by_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."revoked_at", NEW."until"); RETURN NULL;', hash='d033a892c1408b452445ae11696726419536f94d', operation='UPDATE', pgid='pgtrigger_update_update_1196a', table='enterprises_invitation', when='AFTER')),
                        ),
                pgtrigger.migrations.AddTrigger(
                            model_name='membership',
                            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "enterprises_membershipevent" ("created_at", "decided_at", "decided_by_id", "decision_note", "enterprise_id", "evidence", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "state", "until", "user_id") VALUES (NEW."created_at", NEW."decided_at", NEW."decided_by_id", NEW."decision_note", NEW."enterprise_id", NEW."evidence", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."role", NEW."state", NEW."until", NEW."user_id"); RETURN NULL;', hash='725796d12e36f4cc1e7d37b6afafde204cc2c51b', operation='INSERT', pgid='pgtrigger_insert_insert_f44f3', table='enterprises_membership', when='AFTER')),
                        ),
                pgtrigger.migrations.AddTrigger(
                            model_name='membership',
                            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "enterprises_membershipevent" ("created_at", "decided_at", "decided_by_id", "decision_note", "enterprise_id", "evidence", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "state", "until", "user_id") VALUES (NEW."created_at", NEW."decided_at", NEW."decided_by_id", NEW."decision_note", NEW."enterprise_id", NEW."evidence", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."role", NEW."state", NEW."until", NEW."user_id"); RETURN NULL;', hash='2c1314cec7ac9e69623b26906c3c3d0e551732b8', operation='UPDATE', pgid='pgtrigger_update_update_169d9', table='enterprises_membership', when='AFTER')),
                        ),
                migrations.AddConstraint(
                            model_name='membership',
                            constraint=models.CheckConstraint(condition=models.Q(models.Q(('role', 'agent'), ('until__isnull', False)), models.Q(models.Q(('role', 'agent'), _negated=True), ('until__isnull', True)), _connector='OR'), name='an_agent_and_nobody_else_has_a_mandate'),
                        ),
            ]
        ),
    ]
