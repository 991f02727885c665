import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

# Every change of what criteria speak of leaves a row, whoever makes it and by whatever way; saving anything else none.
FACTS = (
    *("industry_id", "founded_on", "ownership", "employees", "annual_revenue_cny", "rd_expense_ratio", "listed"),
    *("size", "district", "subdistrict_id", "park_id", "titles_known", "verified_at"),
)
OLD, NEW = (", ".join(f"{row}.{name}" for name in FACTS) for row in ("OLD", "NEW"))
TRIGGERS = f"""
CREATE FUNCTION policies_profile_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'enterprises_enterprise' THEN
        INSERT INTO policies_profilechange (enterprise) VALUES (NEW.id);
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO policies_profilechange (enterprise) VALUES (OLD.enterprise_id);
    ELSE
        INSERT INTO policies_profilechange (enterprise) VALUES (NEW.enterprise_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER policies_enterprise_made AFTER INSERT ON enterprises_enterprise
    FOR EACH ROW WHEN (NEW.verified_at IS NOT NULL) EXECUTE FUNCTION policies_profile_changed();
CREATE TRIGGER policies_enterprise_changed AFTER UPDATE ON enterprises_enterprise
    FOR EACH ROW WHEN (({OLD}) IS DISTINCT FROM ({NEW})) EXECUTE FUNCTION policies_profile_changed();
CREATE TRIGGER policies_title_made AFTER INSERT OR DELETE ON enterprises_titlegrant
    FOR EACH ROW EXECUTE FUNCTION policies_profile_changed();
CREATE TRIGGER policies_title_changed AFTER UPDATE ON enterprises_titlegrant
    FOR EACH ROW WHEN (OLD IS DISTINCT FROM NEW) EXECUTE FUNCTION policies_profile_changed();
"""
WITHOUT = """
DROP TRIGGER policies_enterprise_made ON enterprises_enterprise;
DROP TRIGGER policies_enterprise_changed ON enterprises_enterprise;
DROP TRIGGER policies_title_made ON enterprises_titlegrant;
DROP TRIGGER policies_title_changed ON enterprises_titlegrant;
DROP FUNCTION policies_profile_changed();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('enterprises', '0001_initial'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('policies', '0006_terms'),
    ]

    operations = [
        migrations.CreateModel(
            name='MatchShard',
            fields=[
                ('number', models.PositiveIntegerField(primary_key=True, serialize=False)),
                ('known', models.BinaryField(default=b'')),
                ('refreshed_on', models.DateField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='ProfileChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('enterprise', models.PositiveBigIntegerField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='PolicyMatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seen', models.DateTimeField()),
                ('met', models.BinaryField()),
                ('policy', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='matches', to='policies.policy')),
                ('shard', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='policies.matchshard')),
            ],
            options={
                'verbose_name_plural': 'policy matches',
                'constraints': [models.UniqueConstraint(fields=('policy', 'shard'), name='policy_match_once')],
            },
        ),
        migrations.CreateModel(
            name='NewMatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('found_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('told_at', models.DateTimeField(blank=True, null=True)),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='enterprises.enterprise')),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='policies.policy')),
            ],
            options={
                'verbose_name_plural': 'new matches',
                'indexes': [models.Index(condition=models.Q(('told_at', None)), fields=['enterprise'], name='new_match_untold')],
                'constraints': [models.UniqueConstraint(fields=('enterprise', 'policy', 'version'), name='new_match_once_a_version')],
            },
        ),
        migrations.RunSQL(TRIGGERS, WITHOUT),
    ]
