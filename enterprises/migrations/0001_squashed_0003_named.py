from importlib import import_module

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
import enterprises.models
import enterprises.naming
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

from portal.core.together import Together

_named = import_module("enterprises.migrations.0003_named")


class Migration(migrations.Migration):

    replaces = [
        ('enterprises', '0001_initial'),
        ('enterprises', '0002_agents'),
        ('enterprises', '0003_named'),
    ]

    initial = True

    dependencies = [
        ('accounts', '0002_roles'),
        ('mfa', '0003_authenticator_type_uniq'),  # what others change, they change while there are few models
        ('pghistory', '0007_auto_20250421_0444'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(_named.FUNCTIONS, _named.WITHOUT),
        Together(
            [
                migrations.CreateModel(
                    name='Industry',
                    fields=[
                        ('code', models.CharField(max_length=5, primary_key=True, serialize=False)),
                        ('section', models.CharField(db_index=True, max_length=1)),
                        ('name', models.CharField(max_length=120)),
                        ('name_zh_hans', models.CharField(max_length=120, null=True)),
                        ('name_en', models.CharField(max_length=120, null=True)),
                    ],
                    options={
                        'ordering': ['code'],
                    },
                ),
                migrations.CreateModel(
                    name='Park',
                    fields=[
                        ('slug', models.SlugField(max_length=80, primary_key=True, serialize=False)),
                        ('name', models.CharField(max_length=120)),
                        ('name_zh_hans', models.CharField(max_length=120, null=True)),
                        ('name_en', models.CharField(max_length=120, null=True)),
                        ('address', models.CharField(blank=True, max_length=200)),
                        ('address_zh_hans', models.CharField(blank=True, max_length=200, null=True)),
                        ('address_en', models.CharField(blank=True, max_length=200, null=True)),
                        ('subdistrict', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='enterprises.subdistrict')),
                    ],
                    options={
                        'ordering': ['slug'],
                    },
                ),
                migrations.CreateModel(
                    name='Subdistrict',
                    fields=[
                        ('code', models.CharField(max_length=9, primary_key=True, serialize=False)),
                        ('name', models.CharField(max_length=80)),
                        ('name_zh_hans', models.CharField(max_length=80, null=True)),
                        ('name_en', models.CharField(max_length=80, null=True)),
                    ],
                    options={
                        'ordering': ['code'],
                    },
                ),
                migrations.CreateModel(
                    name='Title',
                    fields=[
                        ('code', models.SlugField(max_length=60, primary_key=True, serialize=False)),
                        ('name', models.CharField(max_length=120)),
                        ('name_zh_hans', models.CharField(max_length=120, null=True)),
                        ('name_en', models.CharField(max_length=120, null=True)),
                    ],
                    options={
                        'ordering': ['code'],
                    },
                ),
                migrations.CreateModel(
                    name='Enterprise',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('credit_code', models.CharField(blank=True, max_length=18, null=True, unique=True, verbose_name='unified social credit code')),
                        ('name', models.CharField(max_length=200, verbose_name='name')),
                        ('name_zh_hans', models.CharField(max_length=200, null=True, verbose_name='name')),
                        ('name_en', models.CharField(max_length=200, null=True, verbose_name='name')),
                        ('industry', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enterprises.industry', verbose_name='industry')),
                        ('founded_on', models.DateField(blank=True, null=True, verbose_name='founded on')),
                        ('ownership', models.CharField(blank=True, choices=[('domestic', 'Domestic'), ('foreign', 'Foreign-invested'), ('joint', 'Joint venture')], max_length=10, verbose_name='ownership')),
                        ('employees', models.PositiveIntegerField(blank=True, null=True, verbose_name='employees')),
                        ('annual_revenue_cny', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='annual revenue (CNY)')),
                        ('assets_cny', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='total assets (CNY)')),
                        ('rd_expense_ratio', models.DecimalField(blank=True, decimal_places=4, max_digits=5, null=True, verbose_name='R&D expense ratio')),
                        ('listed', models.BooleanField(blank=True, null=True, verbose_name='listed on a stock exchange')),
                        ('size', models.CharField(blank=True, choices=[('large', 'Large'), ('medium', 'Medium-sized'), ('small', 'Small'), ('micro', 'Micro')], max_length=10, verbose_name='size class')),
                        ('district', models.CharField(blank=True, max_length=6, verbose_name='registered in district')),
                        ('subdistrict', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enterprises.subdistrict', verbose_name='subdistrict')),
                        ('park', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enterprises.park', verbose_name='park or building')),
                        ('address', models.CharField(blank=True, max_length=200, verbose_name='address')),
                        ('address_zh_hans', models.CharField(blank=True, max_length=200, null=True, verbose_name='address')),
                        ('address_en', models.CharField(blank=True, max_length=200, null=True, verbose_name='address')),
                        ('titles_known', models.BooleanField(default=False, verbose_name='titles are complete')),
                        ('tier', models.CharField(blank=True, choices=[('', 'not a key enterprise'), ('municipal', 'Municipal key enterprise'), ('district', 'District key enterprise'), ('subdistrict', 'Subdistrict key enterprise')], default='', max_length=12, verbose_name='tier')),
                        ('verified_at', models.DateTimeField(blank=True, null=True, verbose_name='verified')),
                        ('sources', models.JSONField(blank=True, default=dict)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'ordering': ['pk'],
                        'indexes': [django.contrib.postgres.indexes.GinIndex(enterprises.naming.Pairs(enterprises.naming.Words('name_zh_hans', 'name_en')), name='enterprise_named')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('rd_expense_ratio__isnull', True), ('rd_expense_ratio__range', (0, 1)), _connector='OR'), name='enterprise_rd_ratio_is_a_share')],
                        'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "enterprises_enterpriseevent" ("address", "address_en", "address_zh_hans", "annual_revenue_cny", "assets_cny", "created_at", "credit_code", "district", "employees", "founded_on", "id", "industry_id", "listed", "name", "name_en", "name_zh_hans", "ownership", "park_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rd_expense_ratio", "size", "sources", "subdistrict_id", "tier", "titles_known", "verified_at") VALUES (NEW."address", NEW."address_en", NEW."address_zh_hans", NEW."annual_revenue_cny", NEW."assets_cny", NEW."created_at", NEW."credit_code", NEW."district", NEW."employees", NEW."founded_on", NEW."id", NEW."industry_id", NEW."listed", NEW."name", NEW."name_en", NEW."name_zh_hans", NEW."ownership", NEW."park_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."rd_expense_ratio", NEW."size", NEW."sources", NEW."subdistrict_id", NEW."tier", NEW."titles_known", NEW."verified_at"); RETURN NULL;', hash='bc0ff15ec72069a2e504629addcfbc0184e86e44', operation='INSERT', pgid='pgtrigger_insert_insert_079c7', table='enterprises_enterprise', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "enterprises_enterpriseevent" ("address", "address_en", "address_zh_hans", "annual_revenue_cny", "assets_cny", "created_at", "credit_code", "district", "employees", "founded_on", "id", "industry_id", "listed", "name", "name_en", "name_zh_hans", "ownership", "park_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rd_expense_ratio", "size", "sources", "subdistrict_id", "tier", "titles_known", "verified_at") VALUES (NEW."address", NEW."address_en", NEW."address_zh_hans", NEW."annual_revenue_cny", NEW."assets_cny", NEW."created_at", NEW."credit_code", NEW."district", NEW."employees", NEW."founded_on", NEW."id", NEW."industry_id", NEW."listed", NEW."name", NEW."name_en", NEW."name_zh_hans", NEW."ownership", NEW."park_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."rd_expense_ratio", NEW."size", NEW."sources", NEW."subdistrict_id", NEW."tier", NEW."titles_known", NEW."verified_at"); RETURN NULL;', hash='33968dd5b2bf253d2343b64964931062d672ad87', operation='UPDATE', pgid='pgtrigger_update_update_11bf5', table='enterprises_enterprise', when='AFTER'))],
                    },
                ),
                migrations.CreateModel(
                    name='Invitation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='enterprises.enterprise')),
                        ('email', models.EmailField(max_length=254, verbose_name='e-mail address')),
                        ('token', models.CharField(default=enterprises.models.invitation_token, max_length=64, unique=True)),
                        ('invited_by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('expires_at', models.DateTimeField()),
                        ('accepted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('revoked_at', models.DateTimeField(blank=True, null=True)),
                        ('until', models.DateField(blank=True, null=True, verbose_name='mandate until')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(condition=models.Q(('accepted_by__isnull', True), ('revoked_at__isnull', True)), fields=('enterprise', 'email'), name='one_open_invitation_per_address')],
                        'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "enterprises_invitationevent" ("accepted_by_id", "created_at", "email", "enterprise_id", "expires_at", "id", "invited_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revoked_at", "until") VALUES (NEW."accepted_by_id", NEW."created_at", NEW."email", NEW."enterprise_id", NEW."expires_at", NEW."id", NEW."invited_by_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."revoked_at", NEW."until"); RETURN NULL;', hash='01384b68e9b13750ea9faa6a1e772f6fef6a4433', operation='INSERT', pgid='pgtrigger_insert_insert_75050', table='enterprises_invitation', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."accepted_by_id" IS DISTINCT FROM (NEW."accepted_by_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."enterprise_id" IS DISTINCT FROM (NEW."enterprise_id") OR OLD."expires_at" IS DISTINCT FROM (NEW."expires_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."invited_by_id" IS DISTINCT FROM (NEW."invited_by_id") OR OLD."revoked_at" IS DISTINCT FROM (NEW."revoked_at") OR OLD."until" IS DISTINCT FROM (NEW."until"))', func='INSERT INTO "enterprises_invitationevent" ("accepted_by_id", "created_at", "email", "enterprise_id", "expires_at", "id", "invited_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revoked_at", "until") VALUES (NEW."accepted_by_id", NEW."created_at", NEW."email", NEW."enterprise_id", NEW."expires_at", NEW."id", NEW."invited_by_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."revoked_at", NEW."until"); RETURN NULL;', hash='d033a892c1408b452445ae11696726419536f94d', operation='UPDATE', pgid='pgtrigger_update_update_1196a', table='enterprises_invitation', when='AFTER'))],
                    },
                ),
                migrations.CreateModel(
                    name='InvitationEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='enterprises.invitation')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('enterprise', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enterprises.enterprise')),
                        ('email', models.EmailField(max_length=254, verbose_name='e-mail address')),
                        ('invited_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('expires_at', models.DateTimeField()),
                        ('accepted_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                        ('revoked_at', models.DateTimeField(blank=True, null=True)),
                        ('until', models.DateField(blank=True, null=True, verbose_name='mandate until')),
                    ],
                    options={
                        'abstract': False,
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1a6f93962931383437e02994029d12267b6dea03', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_31be2', table='enterprises_invitationevent', when='BEFORE'))],
                    },
                ),
                migrations.CreateModel(
                    name='Membership',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='enterprises.enterprise')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                        ('role', models.CharField(choices=[('owner', 'Owner'), ('member', 'Member'), ('agent', 'Agent with a mandate')], default='member', max_length=10, verbose_name='role')),
                        ('state', models.CharField(choices=[('claimed', 'waiting for verification'), ('active', 'active'), ('rejected', 'not confirmed'), ('ended', 'ended')], default='claimed', max_length=10, verbose_name='state')),
                        ('evidence', models.CharField(blank=True, max_length=500, verbose_name='how you act for this enterprise')),
                        ('decision_note', models.CharField(blank=True, max_length=500, verbose_name='note on the decision')),
                        ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('decided_at', models.DateTimeField(blank=True, null=True)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('until', models.DateField(blank=True, null=True, verbose_name='mandate until')),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('state', 'claimed')), fields=['created_at'], name='membership_claims')],
                        'constraints': [models.UniqueConstraint(fields=('enterprise', 'user'), name='membership_once'), models.CheckConstraint(condition=models.Q(models.Q(('role', 'agent'), ('until__isnull', False)), models.Q(models.Q(('role', 'agent'), _negated=True), ('until__isnull', True)), _connector='OR'), name='an_agent_and_nobody_else_has_a_mandate')],
                        'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "enterprises_membershipevent" ("created_at", "decided_at", "decided_by_id", "decision_note", "enterprise_id", "evidence", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "state", "until", "user_id") VALUES (NEW."created_at", NEW."decided_at", NEW."decided_by_id", NEW."decision_note", NEW."enterprise_id", NEW."evidence", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."role", NEW."state", NEW."until", NEW."user_id"); RETURN NULL;', hash='725796d12e36f4cc1e7d37b6afafde204cc2c51b', operation='INSERT', pgid='pgtrigger_insert_insert_f44f3', table='enterprises_membership', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "enterprises_membershipevent" ("created_at", "decided_at", "decided_by_id", "decision_note", "enterprise_id", "evidence", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "state", "until", "user_id") VALUES (NEW."created_at", NEW."decided_at", NEW."decided_by_id", NEW."decision_note", NEW."enterprise_id", NEW."evidence", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."role", NEW."state", NEW."until", NEW."user_id"); RETURN NULL;', hash='2c1314cec7ac9e69623b26906c3c3d0e551732b8', operation='UPDATE', pgid='pgtrigger_update_update_169d9', table='enterprises_membership', when='AFTER'))],
                    },
                ),
                migrations.CreateModel(
                    name='MembershipEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='enterprises.membership')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('enterprise', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enterprises.enterprise')),
                        ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                        ('role', models.CharField(choices=[('owner', 'Owner'), ('member', 'Member'), ('agent', 'Agent with a mandate')], default='member', max_length=10, verbose_name='role')),
                        ('state', models.CharField(choices=[('claimed', 'waiting for verification'), ('active', 'active'), ('rejected', 'not confirmed'), ('ended', 'ended')], default='claimed', max_length=10, verbose_name='state')),
                        ('evidence', models.CharField(blank=True, max_length=500, verbose_name='how you act for this enterprise')),
                        ('decision_note', models.CharField(blank=True, max_length=500, verbose_name='note on the decision')),
                        ('decided_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                        ('decided_at', models.DateTimeField(blank=True, null=True)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('until', models.DateField(blank=True, null=True, verbose_name='mandate until')),
                    ],
                    options={
                        'abstract': False,
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='41939191c9c99161e22d5c41b8d7e97e145ae53a', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_98901', table='enterprises_membershipevent', when='BEFORE'))],
                    },
                ),
                migrations.CreateModel(
                    name='EnterpriseEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='enterprises.enterprise')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('credit_code', models.CharField(blank=True, max_length=18, null=True, verbose_name='unified social credit code')),
                        ('name', models.CharField(max_length=200, verbose_name='name')),
                        ('name_zh_hans', models.CharField(max_length=200, null=True, verbose_name='name')),
                        ('name_en', models.CharField(max_length=200, null=True, verbose_name='name')),
                        ('industry', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enterprises.industry', verbose_name='industry')),
                        ('founded_on', models.DateField(blank=True, null=True, verbose_name='founded on')),
                        ('ownership', models.CharField(blank=True, choices=[('domestic', 'Domestic'), ('foreign', 'Foreign-invested'), ('joint', 'Joint venture')], max_length=10, verbose_name='ownership')),
                        ('employees', models.PositiveIntegerField(blank=True, null=True, verbose_name='employees')),
                        ('annual_revenue_cny', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='annual revenue (CNY)')),
                        ('assets_cny', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='total assets (CNY)')),
                        ('rd_expense_ratio', models.DecimalField(blank=True, decimal_places=4, max_digits=5, null=True, verbose_name='R&D expense ratio')),
                        ('listed', models.BooleanField(blank=True, null=True, verbose_name='listed on a stock exchange')),
                        ('size', models.CharField(blank=True, choices=[('large', 'Large'), ('medium', 'Medium-sized'), ('small', 'Small'), ('micro', 'Micro')], max_length=10, verbose_name='size class')),
                        ('district', models.CharField(blank=True, max_length=6, verbose_name='registered in district')),
                        ('subdistrict', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enterprises.subdistrict', verbose_name='subdistrict')),
                        ('park', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enterprises.park', verbose_name='park or building')),
                        ('address', models.CharField(blank=True, max_length=200, verbose_name='address')),
                        ('address_zh_hans', models.CharField(blank=True, max_length=200, null=True, verbose_name='address')),
                        ('address_en', models.CharField(blank=True, max_length=200, null=True, verbose_name='address')),
                        ('titles_known', models.BooleanField(default=False, verbose_name='titles are complete')),
                        ('tier', models.CharField(blank=True, choices=[('', 'not a key enterprise'), ('municipal', 'Municipal key enterprise'), ('district', 'District key enterprise'), ('subdistrict', 'Subdistrict key enterprise')], default='', max_length=12, verbose_name='tier')),
                        ('verified_at', models.DateTimeField(blank=True, null=True, verbose_name='verified')),
                        ('sources', models.JSONField(blank=True, default=dict)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'abstract': False,
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='37342c9d6a78af824ebeb30b0279d74674ed2d4b', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_f5017', table='enterprises_enterpriseevent', when='BEFORE'))],
                    },
                ),
                migrations.CreateModel(
                    name='TitleGrant',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='title_grants', to='enterprises.enterprise')),
                        ('title', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enterprises.title')),
                        ('granted_on', models.DateField(blank=True, null=True, verbose_name='granted on')),
                        ('expires_on', models.DateField(blank=True, null=True, verbose_name='expires on')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('enterprise', 'title'), name='title_once_per_enterprise'), models.CheckConstraint(condition=models.Q(('expires_on__isnull', True), ('granted_on__isnull', True), ('expires_on__gte', models.F('granted_on')), _connector='OR'), name='title_expires_after_grant')],
                        'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "enterprises_titlegrantevent" ("enterprise_id", "expires_on", "granted_on", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "title_id") VALUES (NEW."enterprise_id", NEW."expires_on", NEW."granted_on", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."title_id"); RETURN NULL;', hash='78280f1baf2b12ead12448619c6543400a6bd2af', operation='INSERT', pgid='pgtrigger_insert_insert_9eb85', table='enterprises_titlegrant', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "enterprises_titlegrantevent" ("enterprise_id", "expires_on", "granted_on", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "title_id") VALUES (NEW."enterprise_id", NEW."expires_on", NEW."granted_on", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."title_id"); RETURN NULL;', hash='f8e91c842b3bf38bb4cbf9a23c85a1db0d682e16', operation='UPDATE', pgid='pgtrigger_update_update_c3938', table='enterprises_titlegrant', when='AFTER'))],
                    },
                ),
                migrations.CreateModel(
                    name='TitleGrantEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='enterprises.titlegrant')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('enterprise', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enterprises.enterprise')),
                        ('title', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enterprises.title')),
                        ('granted_on', models.DateField(blank=True, null=True, verbose_name='granted on')),
                        ('expires_on', models.DateField(blank=True, null=True, verbose_name='expires on')),
                    ],
                    options={
                        'abstract': False,
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='f27c812f978ed745746b9e33665d1e454935b599', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_d7f99', table='enterprises_titlegrantevent', when='BEFORE'))],
                    },
                ),
            ]
        ),
    ]
