import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):


    initial = True

    dependencies = [
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='Department',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(unique=True)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('name_zh_hans', models.CharField(max_length=120, null=True, verbose_name='name')),
                ('name_en', models.CharField(max_length=120, null=True, verbose_name='name')),
                ('duties', models.CharField(blank=True, max_length=300, verbose_name='duties')),
                ('duties_zh_hans', models.CharField(blank=True, max_length=300, null=True, verbose_name='duties')),
                ('duties_en', models.CharField(blank=True, max_length=300, null=True, verbose_name='duties')),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='telephone')),
            ],
            options={
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mail address')),
                ('name_zh', models.CharField(blank=True, max_length=80, verbose_name='name in Chinese')),
                ('name_en', models.CharField(blank=True, max_length=80, verbose_name='name in Latin letters')),
                ('title_zh', models.CharField(blank=True, max_length=80, verbose_name='position in Chinese')),
                ('title_en', models.CharField(blank=True, max_length=80, verbose_name='position in English')),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='telephone')),
                ('language', models.CharField(choices=[('zh-hans', '中文'), ('en', 'English')], default='zh-hans', max_length=10, verbose_name='language of messages')),
                ('digest_hour', models.PositiveSmallIntegerField(default=9, verbose_name='hour of the daily digest')),
                ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='people', to='accounts.department', verbose_name='department')),
                ('roles', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('steward', 'Service steward'), ('handler', 'Department handler'), ('editor', 'Policy editor'), ('translator', 'Translator'), ('reviewer', 'Policy reviewer'), ('admin', 'Service-centre admin'), ('leader', 'Linked leader'), ('auditor', 'Auditor')], max_length=20), blank=True, default=list, size=None, verbose_name='roles')),
                ('is_active', models.BooleanField(default=True)),
                ('date_joined', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='user_email_once_whatever_case'), models.CheckConstraint(condition=models.Q(('digest_hour__lte', 23)), name='user_digest_hour_of_a_day')],
                'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_userevent" ("date_joined", "department_id", "digest_hour", "email", "id", "is_active", "language", "name_en", "name_zh", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "roles", "title_en", "title_zh") VALUES (NEW."date_joined", NEW."department_id", NEW."digest_hour", NEW."email", NEW."id", NEW."is_active", NEW."language", NEW."name_en", NEW."name_zh", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."phone", NEW."roles", NEW."title_en", NEW."title_zh"); RETURN NULL;', hash='6457602a0a7c23cc65f01529ec3b2c044767418d', operation='INSERT', pgid='pgtrigger_insert_insert_3867c', table='accounts_user', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."date_joined" IS DISTINCT FROM (NEW."date_joined") OR OLD."department_id" IS DISTINCT FROM (NEW."department_id") OR OLD."digest_hour" IS DISTINCT FROM (NEW."digest_hour") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."name_en" IS DISTINCT FROM (NEW."name_en") OR OLD."name_zh" IS DISTINCT FROM (NEW."name_zh") OR OLD."phone" IS DISTINCT FROM (NEW."phone") OR OLD."roles" IS DISTINCT FROM (NEW."roles") OR OLD."title_en" IS DISTINCT FROM (NEW."title_en") OR OLD."title_zh" IS DISTINCT FROM (NEW."title_zh"))', func='INSERT INTO "accounts_userevent" ("date_joined", "department_id", "digest_hour", "email", "id", "is_active", "language", "name_en", "name_zh", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "roles", "title_en", "title_zh") VALUES (NEW."date_joined", NEW."department_id", NEW."digest_hour", NEW."email", NEW."id", NEW."is_active", NEW."language", NEW."name_en", NEW."name_zh", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phone", NEW."roles", NEW."title_en", NEW."title_zh"); RETURN NULL;', hash='cf6b9232111e364897b0eda9f18c9dd62fa05253', operation='UPDATE', pgid='pgtrigger_update_update_0e890', table='accounts_user', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='UserEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to=settings.AUTH_USER_MODEL)),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('id', models.BigIntegerField()),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail address')),
                ('name_zh', models.CharField(blank=True, max_length=80, verbose_name='name in Chinese')),
                ('name_en', models.CharField(blank=True, max_length=80, verbose_name='name in Latin letters')),
                ('title_zh', models.CharField(blank=True, max_length=80, verbose_name='position in Chinese')),
                ('title_en', models.CharField(blank=True, max_length=80, verbose_name='position in English')),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='telephone')),
                ('language', models.CharField(choices=[('zh-hans', '中文'), ('en', 'English')], default='zh-hans', max_length=10, verbose_name='language of messages')),
                ('digest_hour', models.PositiveSmallIntegerField(default=9, verbose_name='hour of the daily digest')),
                ('department', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.department', verbose_name='department')),
                ('roles', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('steward', 'Service steward'), ('handler', 'Department handler'), ('editor', 'Policy editor'), ('translator', 'Translator'), ('reviewer', 'Policy reviewer'), ('admin', 'Service-centre admin'), ('leader', 'Linked leader'), ('auditor', 'Auditor')], max_length=20), blank=True, default=list, size=None, verbose_name='roles')),
                ('is_active', models.BooleanField(default=True)),
                ('date_joined', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'abstract': False,
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9e9498e73f6fbdf2642fb33fa14189f1ad2382c8', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_45b21', table='accounts_userevent', when='BEFORE'))],
            },
        ),
    ]
