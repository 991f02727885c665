import django.core.serializers.json
import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

from portal.core.together import Together


class Migration(migrations.Migration):

    dependencies = [
        ('enterprises', '0005_registry'),
        ('pghistory', '0007_auto_20250421_0444'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name='EnterpriseTag',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=60, verbose_name='name')),
                        ('name_zh_hans', models.CharField(max_length=60, null=True, verbose_name='name')),
                        ('name_en', models.CharField(max_length=60, null=True, verbose_name='name')),
                        ('retired_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'ordering': ['id'],
                        'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "enterprises_enterprisetagevent" ("id", "name", "name_en", "name_zh_hans", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "retired_at") VALUES (NEW."id", NEW."name", NEW."name_en", NEW."name_zh_hans", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."retired_at"); RETURN NULL;', hash='e2f4ec3f7615b77cbe40f0b636dbe4b533a1959e', operation='INSERT', pgid='pgtrigger_insert_insert_50e7e', table='enterprises_enterprisetag', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "enterprises_enterprisetagevent" ("id", "name", "name_en", "name_zh_hans", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "retired_at") VALUES (NEW."id", NEW."name", NEW."name_en", NEW."name_zh_hans", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."retired_at"); RETURN NULL;', hash='cb8cc90e20a0320eb9313e70547aac36caee6fe6', operation='UPDATE', pgid='pgtrigger_update_update_3dac1', table='enterprises_enterprisetag', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "enterprises_enterprisetagevent" ("id", "name", "name_en", "name_zh_hans", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "retired_at") VALUES (OLD."id", OLD."name", OLD."name_en", OLD."name_zh_hans", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."retired_at"); RETURN NULL;', hash='4ed50b7cabfe1832dc47731d0e0a1d7c1eae3ea5', operation='DELETE', pgid='pgtrigger_delete_delete_ee244', table='enterprises_enterprisetag', when='AFTER'))],
                    },
                ),
                migrations.CreateModel(
                    name='EnterpriseTagEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('id', models.BigIntegerField()),
                        ('name', models.CharField(max_length=60, verbose_name='name')),
                        ('name_zh_hans', models.CharField(max_length=60, null=True, verbose_name='name')),
                        ('name_en', models.CharField(max_length=60, null=True, verbose_name='name')),
                        ('retired_at', models.DateTimeField(blank=True, null=True)),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='enterprises.enterprisetag')),
                    ],
                    options={
                        'abstract': False,
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5707081b98fd9230314ca062317403147191fccc', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_f8831', table='enterprises_enterprisetagevent', when='BEFORE'))],
                    },
                ),
                migrations.CreateModel(
                    name='Segment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=80, verbose_name='name')),
                        ('conditions', models.JSONField(default=dict)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('retired_at', models.DateTimeField(blank=True, null=True)),
                        ('lock_version', models.PositiveIntegerField(default=0)),
                        ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'ordering': ['-id'],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('retired_at__isnull', True)), fields=('name',), name='segment_names_differ')],
                        'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "enterprises_segmentevent" ("author_id", "conditions", "created_at", "id", "lock_version", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "retired_at") VALUES (NEW."author_id", NEW."conditions", NEW."created_at", NEW."id", NEW."lock_version", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."retired_at"); RETURN NULL;', hash='07e3aaccb94a3bf777bdf925810258810da21f3a', operation='INSERT', pgid='pgtrigger_insert_insert_06a3e', table='enterprises_segment', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "enterprises_segmentevent" ("author_id", "conditions", "created_at", "id", "lock_version", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "retired_at") VALUES (NEW."author_id", NEW."conditions", NEW."created_at", NEW."id", NEW."lock_version", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."retired_at"); RETURN NULL;', hash='18c566db13cbc7020dc338a0b22750fda1b7722d', operation='UPDATE', pgid='pgtrigger_update_update_d6ab4', table='enterprises_segment', when='AFTER'))],
                    },
                ),
                migrations.CreateModel(
                    name='SegmentEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('id', models.BigIntegerField()),
                        ('name', models.CharField(max_length=80, verbose_name='name')),
                        ('conditions', models.JSONField(default=dict)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('retired_at', models.DateTimeField(blank=True, null=True)),
                        ('lock_version', models.PositiveIntegerField(default=0)),
                        ('author', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='enterprises.segment')),
                    ],
                    options={
                        'abstract': False,
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='131b57ba8ddb155cae6b1f39fc21bed07c89a0a2', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_a00fe', table='enterprises_segmentevent', when='BEFORE'))],
                    },
                ),
                migrations.CreateModel(
                    name='Tagging',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='taggings', to='enterprises.enterprise')),
                        ('tag', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='taggings', to='enterprises.enterprisetag')),
                    ],
                    options={
                        'ordering': ['id'],
                        'constraints': [models.UniqueConstraint(fields=('tag', 'enterprise'), name='enterprise_tagged_once')],
                        'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "enterprises_taggingevent" ("at", "by_id", "enterprise_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "tag_id") VALUES (NEW."at", NEW."by_id", NEW."enterprise_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."tag_id"); RETURN NULL;', hash='2a33ae6c17ccd47d23bbf611a9b86aa354321b3b', operation='INSERT', pgid='pgtrigger_insert_insert_f812a', table='enterprises_tagging', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "enterprises_taggingevent" ("at", "by_id", "enterprise_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "tag_id") VALUES (OLD."at", OLD."by_id", OLD."enterprise_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."tag_id"); RETURN NULL;', hash='26b757a49ad1b909c37bca819302cbdab3a19800', operation='DELETE', pgid='pgtrigger_delete_delete_329ea', table='enterprises_tagging', when='AFTER'))],
                    },
                ),
                migrations.CreateModel(
                    name='TaggingEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('id', models.BigIntegerField()),
                        ('at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                        ('enterprise', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enterprises.enterprise')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='enterprises.tagging')),
                        ('tag', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enterprises.enterprisetag')),
                    ],
                    options={
                        'abstract': False,
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='8d6bc91791020a2a1d589df830c043478fee9fcd', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_9d69f', table='enterprises_taggingevent', when='BEFORE'))],
                    },
                ),
                migrations.CreateModel(
                    name='TierProposal',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('was', models.CharField(blank=True, choices=[('', 'not a key enterprise'), ('municipal', 'Municipal key enterprise'), ('district', 'District key enterprise'), ('subdistrict', 'Subdistrict key enterprise')], max_length=12)),
                        ('computed', models.CharField(blank=True, choices=[('', 'not a key enterprise'), ('municipal', 'Municipal key enterprise'), ('district', 'District key enterprise'), ('subdistrict', 'Subdistrict key enterprise')], max_length=12)),
                        ('proposed', models.CharField(blank=True, choices=[('', 'not a key enterprise'), ('municipal', 'Municipal key enterprise'), ('district', 'District key enterprise'), ('subdistrict', 'Subdistrict key enterprise')], max_length=12, verbose_name='proposed tier')),
                        ('change', models.CharField(choices=[('enters', 'New'), ('up', 'Up'), ('down', 'Down'), ('leaves', 'Leaves'), ('stays', 'Stays, by hand')], max_length=8, verbose_name='change')),
                        ('reasons', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                        ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
                        ('done_at', models.DateTimeField(blank=True, null=True)),
                        ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tier_proposals', to='enterprises.enterprise')),
                        ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='proposals', to='enterprises.tierround')),
                    ],
                    options={
                        'ordering': ['id'],
                        'indexes': [models.Index(fields=['round', 'change', 'id'], name='tier_changes'), models.Index(condition=models.Q(('done_at__isnull', True)), fields=['round', 'id'], name='tier_changes_to_do')],
                        'constraints': [models.UniqueConstraint(fields=('round', 'enterprise'), name='proposed_once_in_a_round'), models.CheckConstraint(condition=models.Q(('proposed', models.F('computed')), models.Q(models.Q(('note', ''), _negated=True), ('by__isnull', False)), _connector='OR'), name='a_tier_by_hand_says_why')],
                        'triggers': [pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."by_id" IS DISTINCT FROM (NEW."by_id") OR OLD."change" IS DISTINCT FROM (NEW."change") OR OLD."computed" IS DISTINCT FROM (NEW."computed") OR OLD."enterprise_id" IS DISTINCT FROM (NEW."enterprise_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."proposed" IS DISTINCT FROM (NEW."proposed") OR OLD."round_id" IS DISTINCT FROM (NEW."round_id") OR OLD."was" IS DISTINCT FROM (NEW."was"))', func='INSERT INTO "enterprises_tierproposalevent" ("by_id", "change", "computed", "enterprise_id", "id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proposed", "round_id", "was") VALUES (NEW."by_id", NEW."change", NEW."computed", NEW."enterprise_id", NEW."id", NEW."note", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."proposed", NEW."round_id", NEW."was"); RETURN NULL;', hash='79c3ea2ea9532c3b4d9b56bbb047574771c7e04f', operation='UPDATE', pgid='pgtrigger_update_update_8ccaa', table='enterprises_tierproposal', when='AFTER'))],
                    },
                ),
                migrations.CreateModel(
                    name='TierProposalEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('id', models.BigIntegerField()),
                        ('was', models.CharField(blank=True, choices=[('', 'not a key enterprise'), ('municipal', 'Municipal key enterprise'), ('district', 'District key enterprise'), ('subdistrict', 'Subdistrict key enterprise')], max_length=12)),
                        ('computed', models.CharField(blank=True, choices=[('', 'not a key enterprise'), ('municipal', 'Municipal key enterprise'), ('district', 'District key enterprise'), ('subdistrict', 'Subdistrict key enterprise')], max_length=12)),
                        ('proposed', models.CharField(blank=True, choices=[('', 'not a key enterprise'), ('municipal', 'Municipal key enterprise'), ('district', 'District key enterprise'), ('subdistrict', 'Subdistrict key enterprise')], max_length=12, verbose_name='proposed tier')),
                        ('change', models.CharField(choices=[('enters', 'New'), ('up', 'Up'), ('down', 'Down'), ('leaves', 'Leaves'), ('stays', 'Stays, by hand')], max_length=8, verbose_name='change')),
                        ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
                        ('by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                        ('enterprise', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enterprises.enterprise')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='enterprises.tierproposal')),
                        ('round', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enterprises.tierround')),
                    ],
                    options={
                        'abstract': False,
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='56539f88c4c2eb986dec3c0d1283afa61847851b', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_9f8a9', table='enterprises_tierproposalevent', when='BEFORE'))],
                    },
                ),
                migrations.CreateModel(
                    name='TierRound',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                        ('state', models.CharField(choices=[('open', 'Being prepared'), ('in_review', 'In review'), ('approved', 'Approved'), ('effective', 'In effect'), ('dropped', 'Dropped')], default='open', max_length=10, verbose_name='state')),
                        ('rules', models.JSONField(default=dict)),
                        ('stayed', models.JSONField(default=dict)),
                        ('opened_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('composed_at', models.DateTimeField(blank=True, null=True)),
                        ('sent_at', models.DateTimeField(blank=True, null=True)),
                        ('decided_at', models.DateTimeField(blank=True, null=True)),
                        ('reason', models.CharField(blank=True, max_length=500, verbose_name='reason')),
                        ('effective_on', models.DateField(blank=True, null=True, verbose_name='takes effect on')),
                        ('done_at', models.DateTimeField(blank=True, null=True)),
                        ('lock_version', models.PositiveIntegerField(default=0)),
                        ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'ordering': ['-id'],
                        'constraints': [models.UniqueConstraint(models.Value(1), condition=models.Q(('state__in', ('open', 'in_review', 'approved'))), name='one_round_of_tiers_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('approved', 'effective')), _negated=True), models.Q(('decided_by__isnull', False), ('effective_on__isnull', False), models.Q(('decided_by', models.F('opened_by')), _negated=True)), _connector='OR'), name='a_round_of_tiers_is_approved_by_somebody_else')],
                        'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "enterprises_tierroundevent" ("composed_at", "decided_at", "decided_by_id", "done_at", "effective_on", "id", "lock_version", "opened_at", "opened_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "rules", "sent_at", "state", "stayed", "year") VALUES (NEW."composed_at", NEW."decided_at", NEW."decided_by_id", NEW."done_at", NEW."effective_on", NEW."id", NEW."lock_version", NEW."opened_at", NEW."opened_by_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."rules", NEW."sent_at", NEW."state", NEW."stayed", NEW."year"); RETURN NULL;', hash='315c9b23d3297df4ccda5327d1acb61715178221', operation='INSERT', pgid='pgtrigger_insert_insert_a578f', table='enterprises_tierround', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "enterprises_tierroundevent" ("composed_at", "decided_at", "decided_by_id", "done_at", "effective_on", "id", "lock_version", "opened_at", "opened_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "rules", "sent_at", "state", "stayed", "year") VALUES (NEW."composed_at", NEW."decided_at", NEW."decided_by_id", NEW."done_at", NEW."effective_on", NEW."id", NEW."lock_version", NEW."opened_at", NEW."opened_by_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."rules", NEW."sent_at", NEW."state", NEW."stayed", NEW."year"); RETURN NULL;', hash='f3d1cb10eec2becbc239ae73ebd963e5bfe084f9', operation='UPDATE', pgid='pgtrigger_update_update_77fd9', table='enterprises_tierround', when='AFTER'))],
                    },
                ),
                migrations.CreateModel(
                    name='TierRoundEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('id', models.BigIntegerField()),
                        ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                        ('state', models.CharField(choices=[('open', 'Being prepared'), ('in_review', 'In review'), ('approved', 'Approved'), ('effective', 'In effect'), ('dropped', 'Dropped')], default='open', max_length=10, verbose_name='state')),
                        ('rules', models.JSONField(default=dict)),
                        ('stayed', models.JSONField(default=dict)),
                        ('opened_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('composed_at', models.DateTimeField(blank=True, null=True)),
                        ('sent_at', models.DateTimeField(blank=True, null=True)),
                        ('decided_at', models.DateTimeField(blank=True, null=True)),
                        ('reason', models.CharField(blank=True, max_length=500, verbose_name='reason')),
                        ('effective_on', models.DateField(blank=True, null=True, verbose_name='takes effect on')),
                        ('done_at', models.DateTimeField(blank=True, null=True)),
                        ('lock_version', models.PositiveIntegerField(default=0)),
                        ('decided_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                        ('opened_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='enterprises.tierround')),
                    ],
                    options={
                        'abstract': False,
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5e89260b18209080ba8ca841f300e0ce320234ab', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_4de41', table='enterprises_tierroundevent', when='BEFORE'))],
                    },
                ),
            ]
        ),
    ]
