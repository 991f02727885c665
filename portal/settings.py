"""Settings of the portal. PORTAL_MODE is production (default), demo or test; docs/deployment.md lists the names."""

from datetime import timedelta
from pathlib import Path

import pghistory
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environs import Env

from portal.schedule import beat_schedule

env = Env()
BASE_DIR = Path(__file__).resolve().parent.parent
MODE = env.str("PORTAL_MODE", "production")
if MODE not in {"production", "demo", "test"}:
    raise ImproperlyConfigured(f"PORTAL_MODE is “{MODE}”: it must be production, demo or test.")
PRODUCTION, DEMO, TESTING = MODE == "production", MODE == "demo", MODE == "test"
DEBUG = False

needed = ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", *(["ALLOWED_HOSTS"] if PRODUCTION else []))
if missing := [name for name in needed if not env.str(name, "")]:
    raise ImproperlyConfigured(
        f"The portal cannot start: {', '.join(missing)} not set. Use bin/demo to try it out; "
        "docs/deployment.md says what each name means."
    )

SECRET_KEY: str = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
SITE_URL = env.str("SITE_URL", "http://localhost:8000").rstrip("/")

INSTALLED_APPS = [
    "modeltranslation",
    "portal.core",
    "accounts",
    "notices",
    "enterprises",
    "policies",
    "stewards",
    *("engagement", "outreach", "investment", "insights"),
    "portal.home",
    *(["portal.demo"] if DEMO else []),
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "pghistory",
    "pgtrigger",
    "csp",
    "django_htmx",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
]
MIDDLEWARE = [
    "portal.core.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.core.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.StaffMfaMiddleware",
    "portal.core.middleware.ReadOnlyGetMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "portal.core.middleware.BadTextMiddleware",
]
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
FORM_RENDERER = "portal.core.forms.PortalRenderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "portal.home.context.page",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "portal.core.templatetags.ui"],
        },
    }
]

# --- data ---------------------------------------------------------------------------------------------------------
DATABASES = {"default": env.dj_db_url("DATABASE_URL", conn_max_age=600, conn_health_checks=True)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", str(BASE_DIR / "var" / "media")))
REDIS_URL = env.str("REDIS_URL")
_cache_glue = "&" if "?" in REDIS_URL else "?"
CACHES = {
    "default": {
        "BACKEND": "portal.core.cache.ForgivingRedisCache",
        "LOCATION": f"{REDIS_URL}{_cache_glue}db=1" if REDIS_URL.startswith("unix:") else f"{REDIS_URL.rstrip('/')}/1",
        "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 2},
    }
}
SESSION_ENGINE, SESSION_COOKIE_AGE = "portal.core.sessions", int(timedelta(days=14).total_seconds())
PGHISTORY_APPEND_ONLY = True
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")  # GET never writes
PGHISTORY_OBJ_FIELD = pghistory.ObjForeignKey(related_name="audit_rows", db_constraint=False)
DATA_UPLOAD_MAX_MEMORY_SIZE, FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024, 1024 * 1024
UPLOAD_MAX_BYTES, VIDEO_MAX_BYTES = 20 * 1024 * 1024, env.int("VIDEO_MAX_MB", 200) * 1024 * 1024
MEDIA_ACCEL = env.str("MEDIA_ACCEL", "")  # the proxy's internal address of MEDIA_ROOT, with a slash at its end

# --- languages ----------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
MODELTRANSLATION_DEFAULT_LANGUAGE = "zh-hans"
MODELTRANSLATION_FALLBACK_LANGUAGES = {"default": ("zh-hans", "en"), "zh-hans": ("en",), "en": ("zh-hans",)}
USE_I18N, USE_TZ, TIME_ZONE = True, True, "Asia/Shanghai"
LANGUAGE_COOKIE_AGE = int(timedelta(days=365).total_seconds())
LANGUAGE_COOKIE_SAMESITE = "Lax"
CONSULTATION_DAYS, CONSULTATION_SHORTEST_DAYS = 30, 7  # for comments; fewer than the first only with a public reason
RATING_LINK_DAYS, RECTIFY_TRIES = env.int("RATING_LINK_DAYS", 30), env.int("RECTIFY_TRIES", 3)
RECTIFY_UNSOLVED = env.bool("RECTIFY_UNSOLVED", False)  # is “not solved” put right too, whatever the satisfaction
POLICY_STALE_BLOCKS = env.bool("POLICY_STALE_BLOCKS", False)  # does an outdated translation keep a policy from review

# --- static files -------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(BASE_DIR / "var" / "static")))
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"file_permissions_mode": 0o640, "directory_permissions_mode": 0o750},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = TESTING  # each test's client would list all files

# --- people -------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.Backend"]
PASSWORD_HASHERS = [
    *(["django.contrib.auth.hashers.MD5PasswordHasher"] if TESTING else []),
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in {
        "UserAttributeSimilarityValidator": {},
        "CommonPasswordValidator": {},
        "NumericPasswordValidator": {},
        "MinimumLengthValidator": {"min_length": 10},
    }.items()
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home:landing"
LOGOUT_REDIRECT_URL = "home:front"
ACCOUNT_ADAPTER = "portal.home.signing_in.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupForm"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key", "signup": "20/m/ip"}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)
ACCOUNT_MAIL_SENDER = "notices.workflow.send_account_mail"
MFA_ADAPTER = "accounts.adapter.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
REQUIRE_STAFF_MFA = env.bool("REQUIRE_STAFF_MFA", PRODUCTION)

# --- mail: every message passes through notices' outbox ---------------------------------------------------------------
EMAIL_KEPT_IN_PORTAL = not env.str("EMAIL_URL", "")
vars().update(env.dj_email_url("EMAIL_URL", "dummymail://"))
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "portal@localhost")

# --- background work ----------------------------------------------------------------------------------------------
CELERY_BROKER_URL = (
    f"redis+socket://{REDIS_URL.removeprefix('unix://')}?virtual_host=0" if REDIS_URL.startswith("unix:") else REDIS_URL
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# max_retries: a page does not try again to reach a broker that is away; worker and beat do, by settings of their own.
# ack_emulation: what a dead worker held is asked for again by beat's sweeps, not by the broker; see portal/celery.py.
_timeouts = {"socket_connect_timeout": 2, "socket_timeout": 5}
CELERY_BROKER_TRANSPORT_OPTIONS = {**_timeouts, "max_retries": 0, "ack_emulation": False}
CELERY_TASK_TIME_LIMIT = 540
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = TIME_ZONE
RETURNS_TO_CENTRE = env.int("RETURNS_TO_CENTRE", 3)  # so many returns of a request, and the service centre decides
TRANSFERS_OF_PART = env.int("TRANSFERS_OF_PART", 2)  # so often a department's part may be passed on
REMINDER_HOUR = env.int("REMINDER_HOUR", 8)  # earlier in the day nobody is reminded of anything
BEAT_SPEED = env.float("BEAT_SPEED", 1.0)  # how many times as often the periodic work is done; tests hurry it
CELERY_BEAT_SCHEDULE, CELERY_BEAT_SCHEDULER = beat_schedule(BEAT_SPEED), "portal.beat:SteadyScheduler"

# --- safety -------------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
GUEST_KEEP_DAYS = env.int("GUEST_KEEP_DAYS", 90)  # names and addresses of guests, once it is over
RESOURCE_CONFIRM_DAYS, RESOURCE_GRACE_DAYS = env.int("RESOURCE_CONFIRM_DAYS", 60), env.int("RESOURCE_GRACE_DAYS", 14)
CALLER_KEEP_DAYS = env.int("CALLER_KEEP_DAYS", 90)  # names and numbers of callers, once the matter is settled
MESSENGER_NETWORKS: list[str] = env.list("MESSENGER_NETWORKS", [] if PRODUCTION else ["127.0.0.0/8"])  # see notices
EMBED_ALLOWED: list[str] = env.list("EMBED_ALLOWED", [])  # sites that may frame the list for partners, and nothing else
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "django.views.csrf.csrf_failure"
if PRODUCTION:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT
    LANGUAGE_COOKIE_SECURE = SECURE_SSL_REDIRECT
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", "WARNING")},
}
