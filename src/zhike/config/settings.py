"""Django settings, from the environment and from files in ``ZHIKE_HOME``.

=====================  =======================================================================
variable               meaning
=====================  =======================================================================
ZHIKE_HOME             folder with database, warehouse, attachments, keys (default ~/.local/share/zhike)
DATABASE_URL           ``postgres://user:password@host:port/name``; unset: SQLite in ZHIKE_HOME
ZHIKE_BASE_URL         the address people use, e.g. https://crm.example.com (links in mails; host check)
ZHIKE_ALLOWED_HOSTS    further host names, separated by commas
ZHIKE_TRUSTED_PROXIES  addresses of reverse proxies whose X-Forwarded-* are believed
ZHIKE_WAREHOUSE        engine of the warehouse (default duckdb)
ZHIKE_EMAIL_URL        ``smtp://user:password@host:port?tls=1``
=====================  =======================================================================
"""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from pathlib import Path

from zhike.config import environment as env

HOME = env.home()
BASE_DIR = Path(__file__).resolve().parent.parent
TESTING = "pytest" in sys.modules and os.environ.get("ZHIKE_REAL_HOME") is None

SECRET_KEY = env.secret_key(HOME)
SECRET_KEY_FALLBACKS = env.secret_key_fallbacks(HOME)
DEBUG = False
BASE_URL = os.environ.get("ZHIKE_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
SECURE = BASE_URL.startswith("https://")
ALLOWED_HOSTS = env.allowed_hosts(BASE_URL)
TRUSTED_PROXIES = env.words("ZHIKE_TRUSTED_PROXIES")
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "zhike.config.apps.ZhikeConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials",
    "zhike.core",
    "zhike.ui",
    "zhike.staff",  # before allauth: its log-in pages take the place of the plain ones
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "zhike.catalog",
    "zhike.customers",
    "zhike.sales",
    "zhike.refresh",
    "zhike.agenda",
    "zhike.insight",
]

MIDDLEWARE = [
    "zhike.config.middleware.SecurityHeaders",
    "zhike.config.middleware.RequestLimits",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "zhike.config.middleware.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "zhike.config.middleware.CurrentViewer",
    "zhike.config.middleware.KnownParameters",
    "zhike.config.middleware.ExpectedErrors",
]

ROOT_URLCONF = "zhike.config.urls"
WSGI_APPLICATION = "zhike.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "zhike.ui.context.house",
            ],
            "builtins": ["template_partials.templatetags.partials"],
        },
    }
]

DATABASES = {"default": env.database(HOME)}
ATOMIC_REQUESTS = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "zhike"},
    "limits": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "core_cache"},
}
ALLAUTH_CACHE = "limits"

AUTH_USER_MODEL = "staff.User"
AUTHENTICATION_BACKENDS = ["zhike.config.login.StaffBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ["login", "name", "email"]}},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]  # fmt: skip
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "zhike.config.login.StaffAccountAdapter"
ACCOUNT_FORMS = {"login": "zhike.config.login.StaffLoginForm"}
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "20/m/ip,8/5m/key"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Zhike"

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = SECURE
CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "zhike.config.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
USE_X_FORWARDED_HOST = False

DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 10
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_TEMP_DIR = str(env.folder(HOME, "tmp"))
UPLOAD_MAX_BYTES = 1_073_741_824

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "zhike_lang"
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = env.folder(HOME, "static")
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage",
                "OPTIONS": {"location": str(env.folder(HOME, "files"))}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}  # fmt: skip

WAREHOUSE_ENGINE = os.environ.get("ZHIKE_WAREHOUSE", "duckdb")
WAREHOUSE_DIR = HOME / "warehouse"
IMPORTS_DIR = HOME / "imports"
IMPORTS_KEEP_DAYS = env.days("ZHIKE_IMPORTS_KEEP_DAYS", 90)
SILENCED_SYSTEM_CHECKS: list[str] = []

EMAIL_BACKEND, EMAIL_OPTIONS = env.email()
DEFAULT_FROM_EMAIL = os.environ.get("ZHIKE_EMAIL_FROM", "zhike@localhost")
for _name, _value in EMAIL_OPTIONS.items():
    globals()[_name] = _value

LOGGING = env.logging_config(quiet=TESTING)

if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    WHITENOISE_AUTOREFRESH = True
    if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        # A file, as in an installation: in memory, threads wait for no lock but fail at once.
        DATABASES["default"]["TEST"] = {"NAME": str(HOME / "tests.sqlite3")}
