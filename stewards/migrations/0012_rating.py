import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from portal.core.together import Together


# The figures of a day are counted anew whenever one of its requests or ratings changes: the database itself marks the
# day, in the transaction of the change, so that no change is missed and none is seen before it is there.
_DAY = "(%s.submitted_at AT TIME ZONE 'Asia/Shanghai')::date"
RECEIVED = "CREATE INDEX request_received ON stewards_helprequest (submitted_at)"
MARKING = f"""
CREATE FUNCTION stewards_mark_requests() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO stewards_changedday (day)
        SELECT DISTINCT {_DAY % "r"} FROM touched r WHERE r.submitted_at IS NOT NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO stewards_changedday (day)
        SELECT DISTINCT {_DAY % "r"} FROM gone r WHERE r.submitted_at IS NOT NULL;
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION stewards_mark_ratings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO stewards_changedday (day)
        SELECT DISTINCT {_DAY % "r"} FROM touched t JOIN stewards_helprequest r ON r.id = t.request_id
        WHERE r.submitted_at IS NOT NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO stewards_changedday (day)
        SELECT DISTINCT {_DAY % "r"} FROM gone t JOIN stewards_helprequest r ON r.id = t.request_id
        WHERE r.submitted_at IS NOT NULL;
    END IF;
    RETURN NULL;
END $$;
""" + "".join(
    f"""
CREATE TRIGGER figures_insert AFTER INSERT ON stewards_{table} REFERENCING NEW TABLE AS touched
FOR EACH STATEMENT EXECUTE FUNCTION stewards_mark_{function}();
CREATE TRIGGER figures_update AFTER UPDATE ON stewards_{table} REFERENCING OLD TABLE AS gone NEW TABLE AS touched
FOR EACH STATEMENT EXECUTE FUNCTION stewards_mark_{function}();
CREATE TRIGGER figures_delete AFTER DELETE ON stewards_{table} REFERENCING OLD TABLE AS gone
FOR EACH STATEMENT EXECUTE FUNCTION stewards_mark_{function}();
"""
    for table, function in (("helprequest", "requests"), ("rating", "ratings"))
)
UNMARKING = "DROP FUNCTION stewards_mark_requests() CASCADE; DROP FUNCTION stewards_mark_ratings() CASCADE"
MARK_ALL = (
    f"INSERT INTO stewards_changedday (day) SELECT DISTINCT {_DAY % 'r'} FROM stewards_helprequest r "
    "WHERE r.submitted_at IS NOT NULL"
)


class Migration(migrations.Migration):

    dependencies = [
        ('pghistory', '0007_auto_20250421_0444'),
        ('stewards', '0011_escalation'),
    ]

    operations = [
Together(
[
migrations.CreateModel(
 name='ChangedDay',
 fields=[
  ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
  ('day', models.DateField()),
 ],
),
migrations.CreateModel(
 name='FiguresCounted',
 fields=[
  ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
  ('late_before', models.DateField()),
  ('counted_at', models.DateTimeField(default=django.utils.timezone.now)),
 ],
),
migrations.CreateModel(
 name='CallBack',
 fields=[
  ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
  ('called_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='回访时间')),
  ('reached', models.BooleanField(verbose_name='已接通')),
  ('content', models.BooleanField(null=True, verbose_name='企业现是否满意')),
  ('words', models.TextField(blank=True, max_length=2000, verbose_name='回访内容')),
  ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
  ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
  ('rectification', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calls', to='stewards.rectification')),
 ],
 options={'ordering': ['called_at', 'pk'], 'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('content__isnull', False), ('reached', True)), models.Q(('content__isnull', True), ('reached', False)), _connector='OR'), name='call_back_content_known_when_reached')]},
),
migrations.CreateModel(
 name='MonthFigures',
 fields=[
  ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
  ('needed', models.PositiveIntegerField(default=0)),
  ('answered', models.PositiveIntegerField(default=0)),
  ('due', models.PositiveIntegerField(default=0)),
  ('in_time', models.PositiveIntegerField(default=0)),
  ('rated', models.PositiveIntegerField(default=0)),
  ('solved', models.PositiveIntegerField(default=0)),
  ('content', models.PositiveIntegerField(default=0)),
  ('month', models.DateField()),
  ('dimension', models.CharField(max_length=10)),
  ('key', models.CharField(max_length=20)),
  ('type', models.CharField(blank=True, choices=[('consultation', '咨询'), ('help', '求助'), ('complaint', '投诉'), ('report', '举报'), ('suggestion', '建议')], max_length=12)),
 ],
 options={'constraints': [models.UniqueConstraint(fields=('type', 'month', 'dimension', 'key'), name='one_month_figure')]},
),
migrations.CreateModel(
 name='Obstacle',
 fields=[
  ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
  ('title', models.CharField(blank=True, max_length=120, verbose_name='标题')),
  ('title_zh_hans', models.CharField(blank=True, max_length=120, null=True, verbose_name='标题')),
  ('title_en', models.CharField(blank=True, max_length=120, null=True, verbose_name='标题')),
  ('said', models.TextField(blank=True, max_length=1000, verbose_name='企业反映')),
  ('said_zh_hans', models.TextField(blank=True, max_length=1000, null=True, verbose_name='企业反映')),
  ('said_en', models.TextField(blank=True, max_length=1000, null=True, verbose_name='企业反映')),
  ('did', models.TextField(blank=True, max_length=1000, verbose_name='我们的改进')),
  ('did_zh_hans', models.TextField(blank=True, max_length=1000, null=True, verbose_name='我们的改进')),
  ('did_en', models.TextField(blank=True, max_length=1000, null=True, verbose_name='我们的改进')),
  ('state', models.CharField(choices=[('named', '已提出'), ('sent', '已转政策主管'), ('answered', '已答复，待审核'), ('published', '已发布'), ('withdrawn', '已撤回')], default='named', max_length=10, verbose_name='状态')),
  ('remark', models.TextField(blank=True, max_length=1000, verbose_name='审核意见')),
  ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
  ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
  ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='发布时间')),
  ('lock_version', models.PositiveIntegerField(default=0)),
  ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
  ('category', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stewards.requestcategory', verbose_name='分类')),
  ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
  ('policy', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='policies.policy', verbose_name='政策')),
  ('reviewer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
  ('requests', models.ManyToManyField(related_name='obstacles', through='stewards.ObstacleRequest', to='stewards.helprequest')),
 ],
 options={'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'published'), _negated=True), models.Q(('owner__isnull', False), ('published_at__isnull', False), ('reviewer__isnull', False), models.Q(('reviewer', models.F('author')), _negated=True), models.Q(('reviewer', models.F('owner')), _negated=True)), _connector='OR'), name='obstacle_published_by_another_person')], 'indexes': [models.Index(condition=models.Q(('state', 'published')), fields=['-published_at', '-id'], name='obstacle_public')]},
),
migrations.CreateModel(
 name='ObstacleEvent',
 fields=[
  ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
  ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
  ('pgh_label', models.TextField(help_text='The event label.')),
  ('id', models.BigIntegerField()),
  ('title', models.CharField(blank=True, max_length=120, verbose_name='标题')),
  ('title_zh_hans', models.CharField(blank=True, max_length=120, null=True, verbose_name='标题')),
  ('title_en', models.CharField(blank=True, max_length=120, null=True, verbose_name='标题')),
  ('said', models.TextField(blank=True, max_length=1000, verbose_name='企业反映')),
  ('said_zh_hans', models.TextField(blank=True, max_length=1000, null=True, verbose_name='企业反映')),
  ('said_en', models.TextField(blank=True, max_length=1000, null=True, verbose_name='企业反映')),
  ('did', models.TextField(blank=True, max_length=1000, verbose_name='我们的改进')),
  ('did_zh_hans', models.TextField(blank=True, max_length=1000, null=True, verbose_name='我们的改进')),
  ('did_en', models.TextField(blank=True, max_length=1000, null=True, verbose_name='我们的改进')),
  ('state', models.CharField(choices=[('named', '已提出'), ('sent', '已转政策主管'), ('answered', '已答复，待审核'), ('published', '已发布'), ('withdrawn', '已撤回')], default='named', max_length=10, verbose_name='状态')),
  ('remark', models.TextField(blank=True, max_length=1000, verbose_name='审核意见')),
  ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
  ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
  ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='发布时间')),
  ('lock_version', models.PositiveIntegerField(default=0)),
  ('author', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
  ('category', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='stewards.requestcategory', verbose_name='分类')),
  ('owner', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
  ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
  ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='stewards.obstacle')),
  ('policy', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='policies.policy', verbose_name='政策')),
  ('reviewer', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
 ],
),
migrations.CreateModel(
 name='ObstacleRequest',
 fields=[
  ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
  ('added_at', models.DateTimeField(default=django.utils.timezone.now)),
  ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
  ('obstacle', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='stewards.obstacle')),
  ('request', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='obstacle_link', to='stewards.helprequest')),
 ],
),
migrations.CreateModel(
 name='Rectification',
 fields=[
  ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
  ('opened_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='立项时间')),
  ('due_on', models.DateField(verbose_name='答复期限')),
  ('due_provisional', models.BooleanField(default=False)),
  ('done', models.TextField(blank=True, max_length=2000, verbose_name='整改情况')),
  ('content', models.BooleanField(null=True, verbose_name='企业现是否满意')),
  ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='办结时间')),
  ('lock_version', models.PositiveIntegerField(default=0)),
  ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
  ('rating', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='rectification', to='stewards.rating')),
  ('request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rectifications', to='stewards.helprequest')),
 ],
 options={'constraints': [models.CheckConstraint(condition=models.Q(('closed_at__isnull', True), models.Q(models.Q(('done', ''), _negated=True), ('closed_by__isnull', False)), _connector='OR'), name='rectification_closed_says_what_was_done')], 'indexes': [models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['due_on', 'id'], name='rectification_open')]},
),
migrations.CreateModel(
 name='CallBackEvent',
 fields=[
  ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
  ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
  ('pgh_label', models.TextField(help_text='The event label.')),
  ('id', models.BigIntegerField()),
  ('called_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='回访时间')),
  ('reached', models.BooleanField(verbose_name='已接通')),
  ('content', models.BooleanField(null=True, verbose_name='企业现是否满意')),
  ('words', models.TextField(blank=True, max_length=2000, verbose_name='回访内容')),
  ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
  ('by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
  ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
  ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='stewards.callback')),
  ('rectification', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='stewards.rectification')),
 ],
),
migrations.CreateModel(
 name='RectificationEvent',
 fields=[
  ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
  ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
  ('pgh_label', models.TextField(help_text='The event label.')),
  ('id', models.BigIntegerField()),
  ('opened_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='立项时间')),
  ('due_on', models.DateField(verbose_name='答复期限')),
  ('due_provisional', models.BooleanField(default=False)),
  ('done', models.TextField(blank=True, max_length=2000, verbose_name='整改情况')),
  ('content', models.BooleanField(null=True, verbose_name='企业现是否满意')),
  ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='办结时间')),
  ('lock_version', models.PositiveIntegerField(default=0)),
  ('closed_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
  ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
  ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='audit_rows', to='stewards.rectification')),
  ('rating', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='stewards.rating')),
  ('request', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='stewards.helprequest')),
 ],
),
migrations.CreateModel(
 name='DayFigures',
 fields=[
  ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
  ('needed', models.PositiveIntegerField(default=0)),
  ('answered', models.PositiveIntegerField(default=0)),
  ('due', models.PositiveIntegerField(default=0)),
  ('in_time', models.PositiveIntegerField(default=0)),
  ('rated', models.PositiveIntegerField(default=0)),
  ('solved', models.PositiveIntegerField(default=0)),
  ('content', models.PositiveIntegerField(default=0)),
  ('day', models.DateField()),
  ('type', models.CharField(choices=[('consultation', '咨询'), ('help', '求助'), ('complaint', '投诉'), ('report', '举报'), ('suggestion', '建议')], max_length=12)),
  ('category', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='stewards.requestcategory')),
  ('department', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.department')),
  ('steward', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
 ],
 options={'indexes': [models.Index(fields=['department', 'day'], name='day_figures_department'), models.Index(fields=['steward', 'day'], name='day_figures_steward'), models.Index(fields=['category', 'day'], name='day_figures_category')], 'constraints': [models.UniqueConstraint(fields=('day', 'department', 'steward', 'type', 'category'), name='one_day_figure', nulls_distinct=False)]},
),
]
),
pgtrigger.migrations.AddTrigger(
            model_name='obstacleevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='043843b83da9172f44de488113c34ab4f11f678c', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_ae6c7', table='stewards_obstacleevent', when='BEFORE')),
        ),
pgtrigger.migrations.AddTrigger(
            model_name='obstacle',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "stewards_obstacleevent" ("author_id", "category_id", "changed_at", "created_at", "did", "did_en", "did_zh_hans", "id", "lock_version", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "policy_id", "published_at", "remark", "reviewer_id", "said", "said_en", "said_zh_hans", "state", "title", "title_en", "title_zh_hans") VALUES (NEW."author_id", NEW."category_id", NEW."changed_at", NEW."created_at", NEW."did", NEW."did_en", NEW."did_zh_hans", NEW."id", NEW."lock_version", NEW."owner_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."policy_id", NEW."published_at", NEW."remark", NEW."reviewer_id", NEW."said", NEW."said_en", NEW."said_zh_hans", NEW."state", NEW."title", NEW."title_en", NEW."title_zh_hans"); RETURN NULL;', hash='32c9185fd1a804af5c2d8cadf8513a54ccdf163d', operation='INSERT', pgid='pgtrigger_insert_insert_89811', table='stewards_obstacle', when='AFTER')),
        ),
pgtrigger.migrations.AddTrigger(
            model_name='obstacle',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "stewards_obstacleevent" ("author_id", "category_id", "changed_at", "created_at", "did", "did_en", "did_zh_hans", "id", "lock_version", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "policy_id", "published_at", "remark", "reviewer_id", "said", "said_en", "said_zh_hans", "state", "title", "title_en", "title_zh_hans") VALUES (NEW."author_id", NEW."category_id", NEW."changed_at", NEW."created_at", NEW."did", NEW."did_en", NEW."did_zh_hans", NEW."id", NEW."lock_version", NEW."owner_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."policy_id", NEW."published_at", NEW."remark", NEW."reviewer_id", NEW."said", NEW."said_en", NEW."said_zh_hans", NEW."state", NEW."title", NEW."title_en", NEW."title_zh_hans"); RETURN NULL;', hash='5e19398f17fb5875fec9c9e6e4737d6242aa344e', operation='UPDATE', pgid='pgtrigger_update_update_f7c93', table='stewards_obstacle', when='AFTER')),
        ),
pgtrigger.migrations.AddTrigger(
            model_name='rectification',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "stewards_rectificationevent" ("closed_at", "closed_by_id", "content", "done", "due_on", "due_provisional", "id", "lock_version", "opened_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rating_id", "request_id") VALUES (NEW."closed_at", NEW."closed_by_id", NEW."content", NEW."done", NEW."due_on", NEW."due_provisional", NEW."id", NEW."lock_version", NEW."opened_at", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."rating_id", NEW."request_id"); RETURN NULL;', hash='63f48049fbbae3a56a45a75ffa19220dae0fff20', operation='INSERT', pgid='pgtrigger_insert_insert_3b652', table='stewards_rectification', when='AFTER')),
        ),
pgtrigger.migrations.AddTrigger(
            model_name='rectification',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "stewards_rectificationevent" ("closed_at", "closed_by_id", "content", "done", "due_on", "due_provisional", "id", "lock_version", "opened_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rating_id", "request_id") VALUES (NEW."closed_at", NEW."closed_by_id", NEW."content", NEW."done", NEW."due_on", NEW."due_provisional", NEW."id", NEW."lock_version", NEW."opened_at", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."rating_id", NEW."request_id"); RETURN NULL;', hash='79e9614fe15c7c7841e8a3d6daee4b336aed4c4e', operation='UPDATE', pgid='pgtrigger_update_update_85811', table='stewards_rectification', when='AFTER')),
        ),
pgtrigger.migrations.AddTrigger(
            model_name='callbackevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='88eafb9f1fab5e79ba6d7f355ce3a7712e0d84f6', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_bd29c', table='stewards_callbackevent', when='BEFORE')),
        ),
pgtrigger.migrations.AddTrigger(
            model_name='callback',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "stewards_callbackevent" ("by_id", "called_at", "content", "created_at", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reached", "rectification_id", "words") VALUES (NEW."by_id", NEW."called_at", NEW."content", NEW."created_at", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reached", NEW."rectification_id", NEW."words"); RETURN NULL;', hash='79c64dd71c08a52d8ea936b80816818754c73413', operation='INSERT', pgid='pgtrigger_insert_insert_aa33c', table='stewards_callback', when='AFTER')),
        ),
pgtrigger.migrations.AddTrigger(
            model_name='callback',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "stewards_callbackevent" ("by_id", "called_at", "content", "created_at", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reached", "rectification_id", "words") VALUES (NEW."by_id", NEW."called_at", NEW."content", NEW."created_at", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reached", NEW."rectification_id", NEW."words"); RETURN NULL;', hash='d904089aaf52d7ec1b8a608bc472a74950b50df6', operation='UPDATE', pgid='pgtrigger_update_update_0272d', table='stewards_callback', when='AFTER')),
        ),
pgtrigger.migrations.AddTrigger(
            model_name='rectificationevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='f69f061b3f8692f353414c53e72c9c88de7022c8', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_f26a7', table='stewards_rectificationevent', when='BEFORE')),
        ),
migrations.RunSQL(RECEIVED, "DROP INDEX request_received"),
migrations.RunSQL(MARKING, UNMARKING),
migrations.RunSQL(MARK_ALL, migrations.RunSQL.noop),
    ]
