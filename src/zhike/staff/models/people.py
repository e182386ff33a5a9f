"""Teams and users."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac

from zhike.staff.models.labels import ROLE_LABELS
from zhike.staff.rules.roles import Role


class Team(models.Model):
    """A team, or a branch that holds teams."""

    name = models.CharField(max_length=80, unique=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    version = models.IntegerField(default=1)

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Finds users by login; creation goes through ``staff.actions``."""

    def get_by_natural_key(self, username: str | None) -> User:
        """Find a user by login, ignoring case."""
        return self.get(login__iexact=username)


class User(AbstractBaseUser):
    """A member of staff who logs in."""

    login = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    name_key = models.CharField(max_length=160, default="")
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=32, blank=True)
    role = models.CharField(
        max_length=20, choices=[(r.value, r.value) for r in Role], default=Role.SALESPERSON
    )
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="members")
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=10, default="zh-hans")
    theme = models.CharField(max_length=8, default="auto")
    minutes_per_day = models.IntegerField(default=300)
    calendar_token_hash = models.CharField(max_length=64, blank=True, db_index=True)
    session_epoch = models.IntegerField(default=0)
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    history_secrets: ClassVar[tuple[str, ...]] = ("password", "calendar_token_hash")
    USERNAME_FIELD = "login"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[UserManager] = UserManager()

    def __str__(self) -> str:
        return self.name or self.login

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Tie sessions to password and epoch: raising the epoch ends all of a user's sessions at once."""
        return salted_hmac(
            "zhike.staff.session", f"{self.password}:{self.session_epoch}", secret=secret, algorithm="sha256"
        ).hexdigest()

    @property
    def frame_line(self) -> str:
        """What stands below the name in the frame: team and role."""
        label = str(ROLE_LABELS[Role(self.role)])
        return f"{self.team.name} · {label}" if self.team else label

    def get_full_name(self) -> str:
        """Return the name people see."""
        return self.name

    @property
    def role_label(self) -> str:
        """What the role is called."""
        return str(ROLE_LABELS[Role(self.role)])
