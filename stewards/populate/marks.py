"""How generated rows are told from real ones, and their removal."""

# ruff: noqa: S608 - every statement is made of the constants below

from django.db import connection

from stewards.populate.copying import check_keys

DOMAIN = "@example.org"
DIVISION = "91310199"  # beginning of a credit code: no district has this number
PREFIX = "generated-"  # of a policy's address and a department's code

_PEOPLE = f"(SELECT id FROM accounts_user WHERE email LIKE '%{DOMAIN}')"
_ENTERPRISES = f"(SELECT id FROM enterprises_enterprise WHERE credit_code LIKE '{DIVISION}%')"
_POLICIES = f"(SELECT id FROM policies_policy WHERE slug LIKE '{PREFIX}%')"
_REQUESTS = f"(SELECT id FROM stewards_helprequest WHERE asker_id IN {_PEOPLE})"
_RECTIFICATIONS = f"(SELECT id FROM stewards_rectification WHERE request_id IN {_REQUESTS})"
_OBSTACLES = f"(SELECT id FROM stewards_obstacle WHERE author_id IN {_PEOPLE} OR owner_id IN {_PEOPLE})"
_PACKAGES = f"(SELECT id FROM policies_package WHERE enterprise_id IN {_ENTERPRISES} OR author_id IN {_PEOPLE})"
_TAGS = f"(SELECT id FROM stewards_tag WHERE name_en LIKE '{PREFIX}%')"
_REVISIONS = f"(SELECT id FROM policies_revision WHERE policy_id IN {_POLICIES})"
# In this order: what refers to a row goes before it.
_REMOVALS = (
    ("stewards_reminder", f"request_id IN {_REQUESTS}"),
    ("stewards_callback", f"rectification_id IN {_RECTIFICATIONS}"),
    ("stewards_rectification", f"request_id IN {_REQUESTS}"),
    ("stewards_obstaclerequest", f"request_id IN {_REQUESTS} OR obstacle_id IN {_OBSTACLES}"),
    ("stewards_obstacle", f"author_id IN {_PEOPLE} OR owner_id IN {_PEOPLE}"),
    ("stewards_dayfigures", "TRUE"),  # counted anew when the new rows are there
    ("stewards_monthfigures", "TRUE"),
    ("stewards_rating", f"request_id IN {_REQUESTS}"),
    ("stewards_requesttag", f"request_id IN {_REQUESTS} OR tag_id IN {_TAGS}"),
    ("stewards_tag", f"name_en LIKE '{PREFIX}%'"),
    ("stewards_requestpart", f"request_id IN {_REQUESTS}"),
    ("stewards_attachment", f"request_id IN {_REQUESTS}"),
    ("stewards_requestevent", f"request_id IN {_REQUESTS}"),
    ("stewards_helprequest", f"asker_id IN {_PEOPLE}"),
    ("stewards_numberseries", "NOT EXISTS (SELECT FROM stewards_helprequest WHERE number IS NOT NULL)"),
    ("stewards_stewardship", f"steward_id IN {_PEOPLE} OR enterprise_id IN {_ENTERPRISES}"),
    ("policies_packageitem", f"package_id IN {_PACKAGES} OR policy_id IN {_POLICIES}"),
    ("policies_package", f"enterprise_id IN {_ENTERPRISES} OR author_id IN {_PEOPLE}"),
    ("policies_revisioncomment", f"revision_id IN {_REVISIONS}"),
    ("policies_newmatch", f"policy_id IN {_POLICIES} OR enterprise_id IN {_ENTERPRISES}"),
    ("policies_policymatch", "TRUE"),  # worked out anew by the next refresh
    ("policies_matchshard", "TRUE"),
    ("policies_revision", f"policy_id IN {_POLICIES}"),
    ("policies_policy", f"slug LIKE '{PREFIX}%'"),
    ("enterprises_titlegrant", f"enterprise_id IN {_ENTERPRISES}"),
    ("enterprises_invitation", f"enterprise_id IN {_ENTERPRISES}"),
    ("enterprises_membership", f"enterprise_id IN {_ENTERPRISES} OR user_id IN {_PEOPLE}"),
    ("enterprises_enterprise", f"credit_code LIKE '{DIVISION}%'"),
    ("notices_message", f"recipient_id IN {_PEOPLE}"),
    ("mfa_authenticator", f"user_id IN {_PEOPLE}"),
    ("account_emailaddress", f"user_id IN {_PEOPLE}"),
    ("accounts_user", f"email LIKE '%{DOMAIN}'"),
    ("accounts_department", f"code LIKE '{PREFIX}%'"),
)


def remove_generated() -> int:
    """Everything an earlier run made, and what was done with it since; returns how many rows."""
    removed = 0
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64MB'")
        for table, condition in _REMOVALS:
            cursor.execute(f"DELETE FROM {table} WHERE {condition}")
            removed += cursor.rowcount
    check_keys()
    return removed
