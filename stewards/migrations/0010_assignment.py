import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import stewards.models.assignment
from portal.core.together import Together


class Migration(migrations.Migration):
    dependencies = [
        ("pghistory", "0007_auto_20250421_0444"),
        ("stewards", "0009_standard"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="Leave",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("starts_on", models.DateField(verbose_name="from")),
                        ("ends_on", models.DateField(verbose_name="until")),
                        ("hand_over", models.BooleanField(default=False, verbose_name="hand over what is open")),
                        ("begun_at", models.DateTimeField(blank=True, null=True)),
                        ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="handed back")),
                        (
                            "entered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="leaves",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "second",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="second substitute",
                            ),
                        ),
                        (
                            "substitute",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="substitute",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["starts_on", "pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                                name="leave_ends_after_start",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("substitute__isnull", True),
                                        models.Q(("substitute", models.F("person")), _negated=True),
                                        _connector="OR",
                                    ),
                                    models.Q(
                                        ("second__isnull", True),
                                        models.Q(("second", models.F("person")), _negated=True),
                                        _connector="OR",
                                    ),
                                ),
                                name="leave_substitute_is_another",
                            ),
                        ],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("ended_at__isnull", True)), fields=["ends_on"], name="leave_running"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LeaveEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("starts_on", models.DateField(verbose_name="from")),
                        ("ends_on", models.DateField(verbose_name="until")),
                        ("hand_over", models.BooleanField(default=False, verbose_name="hand over what is open")),
                        ("begun_at", models.DateTimeField(blank=True, null=True)),
                        ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="handed back")),
                        (
                            "entered_by",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="audit_rows",
                                to="stewards.leave",
                            ),
                        ),
                        (
                            "second",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="second substitute",
                            ),
                        ),
                        (
                            "substitute",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="substitute",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="StandIn",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("since", models.DateTimeField(default=django.utils.timezone.now)),
                        ("until", models.DateTimeField(blank=True, null=True)),
                        (
                            "leave",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="stand_ins",
                                to="stewards.leave",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "request",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="stand_ins",
                                to="stewards.helprequest",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("until__isnull", True)),
                                fields=("request",),
                                name="one_stand_in_at_a_time",
                            )
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="StewardProfile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "in_rotation",
                            models.BooleanField(default=True, verbose_name="takes requests that have no steward"),
                        ),
                        (
                            "types",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("consultation", "Consultation"),
                                        ("help", "Help"),
                                        ("complaint", "Complaint"),
                                        ("report", "Report of a violation"),
                                        ("suggestion", "Suggestion"),
                                    ],
                                    max_length=12,
                                ),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="types of requests",
                            ),
                        ),
                        (
                            "categories",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BigIntegerField(),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="subjects",
                            ),
                        ),
                        (
                            "subdistricts",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=9),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="subdistricts",
                            ),
                        ),
                        (
                            "parks",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=80),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="parks",
                            ),
                        ),
                        (
                            "industries",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=1),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="industries",
                            ),
                        ),
                        (
                            "languages",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[("zh-hans", "中文"), ("en", "English")], max_length=10
                                ),
                                default=stewards.models.assignment.own_language,
                                size=None,
                                verbose_name="writes in",
                            ),
                        ),
                        (
                            "capacity",
                            models.PositiveSmallIntegerField(default=30, verbose_name="most open requests at a time"),
                        ),
                        ("turn", models.BigIntegerField(default=0)),
                        (
                            "person",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="steward_profile",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("capacity__gte", 1)), name="profile_capacity_at_least_one"
                            )
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="StewardProfileEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "in_rotation",
                            models.BooleanField(default=True, verbose_name="takes requests that have no steward"),
                        ),
                        (
                            "types",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("consultation", "Consultation"),
                                        ("help", "Help"),
                                        ("complaint", "Complaint"),
                                        ("report", "Report of a violation"),
                                        ("suggestion", "Suggestion"),
                                    ],
                                    max_length=12,
                                ),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="types of requests",
                            ),
                        ),
                        (
                            "categories",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BigIntegerField(),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="subjects",
                            ),
                        ),
                        (
                            "subdistricts",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=9),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="subdistricts",
                            ),
                        ),
                        (
                            "parks",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=80),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="parks",
                            ),
                        ),
                        (
                            "industries",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=1),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="industries",
                            ),
                        ),
                        (
                            "languages",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[("zh-hans", "中文"), ("en", "English")], max_length=10
                                ),
                                default=stewards.models.assignment.own_language,
                                size=None,
                                verbose_name="writes in",
                            ),
                        ),
                        (
                            "capacity",
                            models.PositiveSmallIntegerField(default=30, verbose_name="most open requests at a time"),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="audit_rows",
                                to="stewards.stewardprofile",
                            ),
                        ),
                    ],
                ),
            ]
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="leave",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "stewards_leaveevent" ("begun_at", "ended_at", "ends_on", "entered_by_id", "hand_over", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "second_id", "starts_on", "substitute_id") VALUES (NEW."begun_at", NEW."ended_at", NEW."ends_on", NEW."entered_by_id", NEW."hand_over", NEW."id", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."second_id", NEW."starts_on", NEW."substitute_id"); RETURN NULL;',
                    hash="ada3f497f6bc55c44a8cb6b5335da03cdf7f881b",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_50eb0",
                    table="stewards_leave",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="leave",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "stewards_leaveevent" ("begun_at", "ended_at", "ends_on", "entered_by_id", "hand_over", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "second_id", "starts_on", "substitute_id") VALUES (NEW."begun_at", NEW."ended_at", NEW."ends_on", NEW."entered_by_id", NEW."hand_over", NEW."id", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."second_id", NEW."starts_on", NEW."substitute_id"); RETURN NULL;',
                    hash="f3aeff3a4c3a8dcac274c1168c1b8ad405b8e20e",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_04158",
                    table="stewards_leave",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="leaveevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="9189a3c6a8cb2792bf32cf603e7c89af60e5c2a6",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_49c3e",
                    table="stewards_leaveevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="stewardprofile",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "stewards_stewardprofileevent" ("capacity", "categories", "id", "in_rotation", "industries", "languages", "parks", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "subdistricts", "types") VALUES (NEW."capacity", NEW."categories", NEW."id", NEW."in_rotation", NEW."industries", NEW."languages", NEW."parks", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."subdistricts", NEW."types"); RETURN NULL;',
                    hash="b4dcc29f9a6c55de0cbad7dec16b2b77eba0d480",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_1d2c4",
                    table="stewards_stewardprofile",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="stewardprofile",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."capacity" IS DISTINCT FROM (NEW."capacity") OR OLD."categories" IS DISTINCT FROM (NEW."categories") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."in_rotation" IS DISTINCT FROM (NEW."in_rotation") OR OLD."industries" IS DISTINCT FROM (NEW."industries") OR OLD."languages" IS DISTINCT FROM (NEW."languages") OR OLD."parks" IS DISTINCT FROM (NEW."parks") OR OLD."person_id" IS DISTINCT FROM (NEW."person_id") OR OLD."subdistricts" IS DISTINCT FROM (NEW."subdistricts") OR OLD."types" IS DISTINCT FROM (NEW."types"))',
                    func='INSERT INTO "stewards_stewardprofileevent" ("capacity", "categories", "id", "in_rotation", "industries", "languages", "parks", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "subdistricts", "types") VALUES (NEW."capacity", NEW."categories", NEW."id", NEW."in_rotation", NEW."industries", NEW."languages", NEW."parks", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."subdistricts", NEW."types"); RETURN NULL;',
                    hash="805fb38e1b95ff5f9adee6e5baba3645178e1b1c",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_14617",
                    table="stewards_stewardprofile",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="stewardprofileevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="46d6ebd598aec027e98fbf7ec2cacb12b96c7917",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_e078f",
                    table="stewards_stewardprofileevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]
