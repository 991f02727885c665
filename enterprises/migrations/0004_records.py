import django.core.serializers.json
import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from portal.core.together import Together


class Migration(migrations.Migration):

    dependencies = [
        ('enterprises', '0003_named'),
        ('pghistory', '0007_auto_20250421_0444'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
                pgtrigger.migrations.RemoveTrigger(
                    model_name='enterprise',
                    name='insert_insert',
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name='enterprise',
                    name='update_update',
                ),
                migrations.AddField(
                    model_name='enterprise',
                    name='head',
                    field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='dependants', to='enterprises.enterprise', verbose_name='head enterprise'),
                ),
                migrations.AddField(
                    model_name='enterprise',
                    name='head_as',
                    field=models.CharField(blank=True, choices=[('branch', 'Branch'), ('subsidiary', 'Subsidiary')], db_default='', default='', max_length=10, verbose_name='kind of dependence'),
                ),
                migrations.AddField(
                    model_name='enterprise',
                    name='merged_into',
                    field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged_records', to='enterprises.enterprise'),
                ),
                migrations.AddField(
                    model_name='enterprise',
                    name='operating_address',
                    field=models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='operating address'),
                ),
                migrations.AddField(
                    model_name='enterprise',
                    name='operating_address_en',
                    field=models.CharField(blank=True, db_default='', default='', max_length=200, null=True, verbose_name='operating address'),
                ),
                migrations.AddField(
                    model_name='enterprise',
                    name='operating_address_zh_hans',
                    field=models.CharField(blank=True, db_default='', default='', max_length=200, null=True, verbose_name='operating address'),
                ),
                migrations.AddField(
                    model_name='enterprise',
                    name='operating_district',
                    field=models.CharField(blank=True, db_default='', default='', max_length=6, verbose_name='operates in district'),
                ),
                migrations.AddField(
                    model_name='enterprise',
                    name='operating_subdistrict',
                    field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enterprises.subdistrict', verbose_name='subdistrict of operation'),
                ),
                migrations.AddField(
                    model_name='enterprise',
                    name='standing',
                    field=models.CharField(choices=[('active', 'operating'), ('leaving', 'planning to move away'), ('left', 'moved away'), ('closed', 'closed')], db_default='active', default='active', max_length=10, verbose_name='standing'),
                ),
                migrations.AddField(
                    model_name='enterprise',
                    name='standing_on',
                    field=models.DateField(blank=True, null=True, verbose_name='standing since'),
                ),
                migrations.AddField(
                    model_name='enterprise',
                    name='standing_reason',
                    field=models.CharField(blank=True, db_default='', default='', max_length=300, verbose_name='reason'),
                ),
                migrations.AddField(
                    model_name='enterprise',
                    name='tax_district',
                    field=models.CharField(blank=True, db_default='', default='', max_length=6, verbose_name='pays taxes in district'),
                ),
                migrations.AddField(
                    model_name='enterpriseevent',
                    name='head',
                    field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enterprises.enterprise', verbose_name='head enterprise'),
                ),
                migrations.AddField(
                    model_name='enterpriseevent',
                    name='head_as',
                    field=models.CharField(blank=True, choices=[('branch', 'Branch'), ('subsidiary', 'Subsidiary')], db_default='', default='', max_length=10, verbose_name='kind of dependence'),
                ),
                migrations.AddField(
                    model_name='enterpriseevent',
                    name='merged_into',
                    field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enterprises.enterprise'),
                ),
                migrations.AddField(
                    model_name='enterpriseevent',
                    name='operating_address',
                    field=models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='operating address'),
                ),
                migrations.AddField(
                    model_name='enterpriseevent',
                    name='operating_address_en',
                    field=models.CharField(blank=True, db_default='', default='', max_length=200, null=True, verbose_name='operating address'),
                ),
                migrations.AddField(
                    model_name='enterpriseevent',
                    name='operating_address_zh_hans',
                    field=models.CharField(blank=True, db_default='', default='', max_length=200, null=True, verbose_name='operating address'),
                ),
                migrations.AddField(
                    model_name='enterpriseevent',
                    name='operating_district',
                    field=models.CharField(blank=True, db_default='', default='', max_length=6, verbose_name='operates in district'),
                ),
                migrations.AddField(
                    model_name='enterpriseevent',
                    name='operating_subdistrict',
                    field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enterprises.subdistrict', verbose_name='subdistrict of operation'),
                ),
                migrations.AddField(
                    model_name='enterpriseevent',
                    name='standing',
                    field=models.CharField(choices=[('active', 'operating'), ('leaving', 'planning to move away'), ('left', 'moved away'), ('closed', 'closed')], db_default='active', default='active', max_length=10, verbose_name='standing'),
                ),
                migrations.AddField(
                    model_name='enterpriseevent',
                    name='standing_on',
                    field=models.DateField(blank=True, null=True, verbose_name='standing since'),
                ),
                migrations.AddField(
                    model_name='enterpriseevent',
                    name='standing_reason',
                    field=models.CharField(blank=True, db_default='', default='', max_length=300, verbose_name='reason'),
                ),
                migrations.AddField(
                    model_name='enterpriseevent',
                    name='tax_district',
                    field=models.CharField(blank=True, db_default='', default='', max_length=6, verbose_name='pays taxes in district'),
                ),
                migrations.AddIndex(
                    model_name='enterprise',
                    index=models.Index(condition=models.Q(('head__isnull', False)), fields=['head'], name='enterprise_dependants'),
                ),
                migrations.AddIndex(
                    model_name='enterprise',
                    index=models.Index(condition=models.Q(('merged_into__isnull', False)), fields=['merged_into'], name='enterprise_merged'),
                ),
                migrations.AddIndex(
                    model_name='enterprise',
                    index=models.Index(condition=models.Q(('standing', 'active'), _negated=True), fields=['standing', 'id'], name='enterprise_not_operating'),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='enterprise',
                    trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "enterprises_enterpriseevent" ("address", "address_en", "address_zh_hans", "annual_revenue_cny", "assets_cny", "created_at", "credit_code", "district", "employees", "founded_on", "head_as", "head_id", "id", "industry_id", "listed", "merged_into_id", "name", "name_en", "name_zh_hans", "operating_address", "operating_address_en", "operating_address_zh_hans", "operating_district", "operating_subdistrict_id", "ownership", "park_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rd_expense_ratio", "size", "sources", "standing", "standing_on", "standing_reason", "subdistrict_id", "tax_district", "tier", "titles_known", "verified_at") VALUES (NEW."address", NEW."address_en", NEW."address_zh_hans", NEW."annual_revenue_cny", NEW."assets_cny", NEW."created_at", NEW."credit_code", NEW."district", NEW."employees", NEW."founded_on", NEW."head_as", NEW."head_id", NEW."id", NEW."industry_id", NEW."listed", NEW."merged_into_id", NEW."name", NEW."name_en", NEW."name_zh_hans", NEW."operating_address", NEW."operating_address_en", NEW."operating_address_zh_hans", NEW."operating_district", NEW."operating_subdistrict_id", NEW."ownership", NEW."park_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."rd_expense_ratio", NEW."size", NEW."sources", NEW."standing", NEW."standing_on", NEW."standing_reason", NEW."subdistrict_id", NEW."tax_district", NEW."tier", NEW."titles_known", NEW."verified_at"); RETURN NULL;', hash='2f4feee69daa7ea6b0fd04b377d8160128f52d9c', operation='INSERT', pgid='pgtrigger_insert_insert_079c7', table='enterprises_enterprise', when='AFTER')),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name='enterprise',
                    trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "enterprises_enterpriseevent" ("address", "address_en", "address_zh_hans", "annual_revenue_cny", "assets_cny", "created_at", "credit_code", "district", "employees", "founded_on", "head_as", "head_id", "id", "industry_id", "listed", "merged_into_id", "name", "name_en", "name_zh_hans", "operating_address", "operating_address_en", "operating_address_zh_hans", "operating_district", "operating_subdistrict_id", "ownership", "park_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rd_expense_ratio", "size", "sources", "standing", "standing_on", "standing_reason", "subdistrict_id", "tax_district", "tier", "titles_known", "verified_at") VALUES (NEW."address", NEW."address_en", NEW."address_zh_hans", NEW."annual_revenue_cny", NEW."assets_cny", NEW."created_at", NEW."credit_code", NEW."district", NEW."employees", NEW."founded_on", NEW."head_as", NEW."head_id", NEW."id", NEW."industry_id", NEW."listed", NEW."merged_into_id", NEW."name", NEW."name_en", NEW."name_zh_hans", NEW."operating_address", NEW."operating_address_en", NEW."operating_address_zh_hans", NEW."operating_district", NEW."operating_subdistrict_id", NEW."ownership", NEW."park_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."rd_expense_ratio", NEW."size", NEW."sources", NEW."standing", NEW."standing_on", NEW."standing_reason", NEW."subdistrict_id", NEW."tax_district", NEW."tier", NEW."titles_known", NEW."verified_at"); RETURN NULL;', hash='e8e80d83d6fd903bac84047da5bc6ea851fa858c', operation='UPDATE', pgid='pgtrigger_update_update_11bf5', table='enterprises_enterprise', when='AFTER')),
                ),
                migrations.AddConstraint(
                    model_name='enterprise',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('head__isnull', True), ('head_as', '')), models.Q(('head__isnull', False), ('head_as__in', ['branch', 'subsidiary']), models.Q(('head', models.F('id')), _negated=True)), _connector='OR'), name='enterprise_is_not_its_own_head'),
                ),
                migrations.AddConstraint(
                    model_name='enterprise',
                    constraint=models.CheckConstraint(condition=models.Q(('merged_into__isnull', True), models.Q(('merged_into', models.F('id')), _negated=True), _connector='OR'), name='enterprise_merged_into_another'),
                ),
                migrations.CreateModel(
                    name='MergeRecord',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('reason', models.CharField(max_length=300)),
                        ('at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('moved', models.JSONField(default=dict)),
                        ('left', models.JSONField(default=dict)),
                        ('facts', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                        ('undone_at', models.DateTimeField(blank=True, null=True)),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('drop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='merges_away', to='enterprises.enterprise')),
                        ('keep', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='merges', to='enterprises.enterprise')),
                        ('undone_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'ordering': ['-id'],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('undone_at__isnull', True)), fields=('drop',), name='record_merged_once'), models.CheckConstraint(condition=models.Q(('keep', models.F('drop')), _negated=True), name='record_merged_with_another')],
                        'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "enterprises_mergerecordevent" ("at", "by_id", "drop_id", "facts", "id", "keep_id", "left", "moved", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "undone_at", "undone_by_id") VALUES (NEW."at", NEW."by_id", NEW."drop_id", NEW."facts", NEW."id", NEW."keep_id", NEW."left", NEW."moved", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."undone_at", NEW."undone_by_id"); RETURN NULL;', hash='9acc1713b84ae3eaa035ca539312ed5877a57c24', operation='INSERT', pgid='pgtrigger_insert_insert_e915f', table='enterprises_mergerecord', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "enterprises_mergerecordevent" ("at", "by_id", "drop_id", "facts", "id", "keep_id", "left", "moved", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "undone_at", "undone_by_id") VALUES (NEW."at", NEW."by_id", NEW."drop_id", NEW."facts", NEW."id", NEW."keep_id", NEW."left", NEW."moved", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."undone_at", NEW."undone_by_id"); RETURN NULL;', hash='42e9e6a5287c87fcc99737a2ce1af6105922cf65', operation='UPDATE', pgid='pgtrigger_update_update_38d3d', table='enterprises_mergerecord', when='AFTER'))],
                    },
                ),
                migrations.CreateModel(
                    name='MergeRecordEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('id', models.BigIntegerField()),
                        ('reason', models.CharField(max_length=300)),
                        ('at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('moved', models.JSONField(default=dict)),
                        ('left', models.JSONField(default=dict)),
                        ('facts', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                        ('undone_at', models.DateTimeField(blank=True, null=True)),
                        ('by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                        ('drop', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enterprises.enterprise')),
                        ('keep', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enterprises.enterprise')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='enterprises.mergerecord')),
                        ('undone_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'abstract': False,
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1de614b49afd6916171bb3cefd4ee8c1c924b5b4', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_4a428', table='enterprises_mergerecordevent', when='BEFORE'))],
                    },
                ),
                migrations.CreateModel(
                    name='TitleNotice',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('ends_on', models.DateField()),
                        ('days', models.PositiveSmallIntegerField()),
                        ('at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('grant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='enterprises.titlegrant')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('grant', 'ends_on', 'days'), name='title_end_told_once')],
                    },
                ),
            ]
        ),
    ]
