import django.contrib.postgres.indexes
import enterprises.naming
from django.db import migrations

# What the index holds, and what a search asks for: enterprises/naming.py.
FUNCTIONS = """
CREATE FUNCTION enterprise_words(zh text, en text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN lower(normalize(coalesce(zh, '') || E'\\n' || coalesce(en, ''), NFKC));
CREATE FUNCTION enterprise_pairs(words text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (SELECT array_agg(substr(words, n, 2)) FROM generate_series(1, length(words) - 1) AS n);
"""
WITHOUT = "DROP FUNCTION enterprise_pairs(text); DROP FUNCTION enterprise_words(text, text);"


class Migration(migrations.Migration):

    dependencies = [
        ('enterprises', '0002_agents'),
    ]

    operations = [
        migrations.RunSQL(FUNCTIONS, WITHOUT),
        migrations.AddIndex(
            model_name='enterprise',
            index=django.contrib.postgres.indexes.GinIndex(enterprises.naming.Pairs(enterprises.naming.Words('name_zh_hans', 'name_en')), name='enterprise_named'),
        ),
    ]
