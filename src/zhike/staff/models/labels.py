"""What roles are called on pages."""

from django.utils.translation import gettext_lazy as _

from zhike.staff.rules.roles import Role

ROLE_LABELS = {
    Role.ADMINISTRATOR: _("Administrator"),
    Role.MANAGER: _("Manager"),
    Role.SALESPERSON: _("Salesperson"),
    Role.SERVICE_AGENT: _("Service agent"),
    Role.MARKETER: _("Marketer"),
    Role.ANALYST: _("Analyst"),
    Role.READ_ONLY: _("Read only"),
}
