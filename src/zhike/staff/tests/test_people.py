"""Users, teams, tokens, calendar addresses."""

from datetime import date, timedelta

import pytest

from zhike.core.clock import now
from zhike.core.errors import Conflict, Forbidden, Invalid, NotFound
from zhike.core.models import ChangelogEntry, HistoryVersion
from zhike.core.permissions import Scope
from zhike.staff import actions, queries
from zhike.staff.models import ApiToken, User
from zhike.staff.rules import tokens
from zhike.staff.rules.roles import ALL_PERMISSIONS, ROLES, Role
from zhike.staff.tests.factories import make_team, make_user, make_viewer

pytestmark = pytest.mark.django_db


def test_every_role_is_defined_and_asks_only_for_known_functions():
    assert set(ROLES) == set(Role)
    for rights in ROLES.values():
        assert rights.permissions <= ALL_PERMISSIONS


def test_a_manager_sees_the_teams_below_their_own():
    branch = make_team("branch")
    north = make_team("north", parent=branch)
    make_team("elsewhere")
    viewer = make_viewer(Role.MANAGER, team=branch)
    assert viewer.scope == Scope.TEAM
    assert set(viewer.team_ids) == {branch.pk, north.pk}


def test_a_manager_without_a_team_sees_no_team():
    assert make_viewer(Role.MANAGER).team_ids == ()


def test_a_deactivated_user_is_nobody():
    admin = make_viewer(Role.ADMINISTRATOR)
    user = make_user()
    actions.deactivate_user(user.pk, by=admin)
    with pytest.raises(NotFound):
        queries.viewer_by_login(user.login)


@pytest.mark.parametrize("login", ["", "a", "with space", "<b>", "名字", "-x", "a" * 60, "x\r\ny", "../x"])
def test_logins_that_are_refused(login):
    with pytest.raises(Invalid):
        actions.create_user(
            login=login, name="X", role="salesperson", password=None, by=make_viewer(Role.ADMINISTRATOR)
        )


def test_a_login_is_taken_whatever_its_case():
    admin = make_viewer(Role.ADMINISTRATOR)
    actions.create_user(login="Wang.Lei", name="王磊", role="salesperson", password="correct horse", by=admin)
    with pytest.raises(Conflict):
        actions.create_user(login="wang.lei", name="王蕾", role="salesperson", password=None, by=admin)


@pytest.mark.parametrize("password", ["", "short", "12345678", "x" * 513])
def test_passwords_that_are_refused(password):
    with pytest.raises(Invalid):
        actions.create_user(
            login="li", name="李", role="analyst", password=password, by=make_viewer(Role.ADMINISTRATOR)
        )
    assert not User.objects.filter(login="li").exists()


@pytest.mark.parametrize("role", [r for r in Role if r != Role.ADMINISTRATOR])
def test_only_administrators_manage_people(role):
    viewer = make_viewer(role, team=make_team())
    with pytest.raises(Forbidden):
        actions.create_user(login="x1", name="X", role="administrator", password=None, by=viewer)
    with pytest.raises(Forbidden):
        actions.deactivate_user(viewer.user_id or 0, by=viewer)


def test_an_administrator_can_neither_demote_nor_deactivate_themselves():
    admin = make_viewer(Role.ADMINISTRATOR)
    with pytest.raises(Invalid):
        actions.update_user(admin.user_id, version=1, role="analyst", by=admin)
    with pytest.raises(Invalid):
        actions.deactivate_user(admin.user_id, by=admin)


def test_an_edit_of_an_old_version_is_refused():
    admin = make_viewer(Role.ADMINISTRATOR)
    user = make_user()
    actions.update_user(user.pk, version=1, name="新名", by=admin)
    with pytest.raises(Conflict):
        actions.update_user(user.pk, version=1, name="旧名", by=admin)
    assert User.objects.get(pk=user.pk).name == "新名"


def test_mass_assignment_is_refused():
    with pytest.raises(Invalid):
        actions.update_user(make_user().pk, version=1, is_active=True, by=make_viewer(Role.ADMINISTRATOR))


def test_a_team_cannot_stand_below_itself():
    admin = make_viewer(Role.ADMINISTRATOR)
    top = actions.create_team(name="总部", by=admin)
    below = actions.create_team(name="华东", parent_id=top.pk, by=admin)
    with pytest.raises(Invalid):
        actions.update_team(top.pk, name="总部", parent_id=below.pk, by=admin)


def test_a_team_with_members_is_not_deleted():
    admin = make_viewer(Role.ADMINISTRATOR)
    team = make_team()
    make_user(team=team)
    with pytest.raises(Conflict):
        actions.delete_team(team.pk, by=admin)


def test_the_first_administrator_is_made_only_once():
    actions.create_first_administrator(
        login="boss", name="老板", password="correct horse", firm_name="米铺", language="zh-hans"
    )
    with pytest.raises(NotFound):
        actions.create_first_administrator(
            login="evil", name="E", password="correct horse", firm_name="", language="en"
        )
    assert User.objects.count() == 1


def test_a_token_is_kept_as_a_hash_and_narrows_its_users_rights():
    viewer = make_viewer(Role.SALESPERSON)
    row, secret = actions.create_token(name="till", scopes=["read"], days=30, by=viewer)
    assert secret not in str(ApiToken.objects.values().get())
    found = queries.viewer_of_token(secret)
    assert found is not None
    assert found[0].can("customers.read")
    assert not found[0].can("customers.edit")
    actions.revoke_token(row.pk, by=viewer)
    assert queries.viewer_of_token(secret) is None


def test_a_token_never_has_more_rights_than_its_user():
    manager = make_viewer(Role.MANAGER, team=make_team())
    _, secret = actions.create_token(name="x", scopes=list(tokens.SCOPES), days=1, by=manager)
    found = queries.viewer_of_token(secret)
    assert found is not None
    assert found[0].permissions <= manager.permissions


def test_an_expired_token_and_one_of_a_deactivated_user_are_refused():
    viewer = make_viewer(Role.SALESPERSON)
    _, secret = actions.create_token(name="x", scopes=["read"], days=1, by=viewer)
    ApiToken.objects.update(expires_at=now() - timedelta(seconds=1))
    assert queries.viewer_of_token(secret) is None
    ApiToken.objects.update(expires_at=now() + timedelta(days=1))
    actions.deactivate_user(viewer.user_id, by=make_viewer(Role.ADMINISTRATOR))
    assert queries.viewer_of_token(secret) is None


def test_nobody_revokes_anothers_token():
    row, _ = actions.create_token(name="x", scopes=["read"], days=1, by=make_viewer(Role.SALESPERSON))
    with pytest.raises(NotFound):
        actions.revoke_token(row.pk, by=make_viewer(Role.SALESPERSON))


def test_a_calendar_address_can_be_changed_and_revoked():
    viewer = make_viewer(Role.SALESPERSON)
    first = actions.rotate_calendar_address(by=viewer)
    second = actions.rotate_calendar_address(by=viewer)
    assert queries.viewer_of_calendar(second).user_id == viewer.user_id
    actions.rotate_calendar_address(by=viewer, revoke=True)
    for secret in (first, second, ""):
        with pytest.raises(NotFound):
            queries.viewer_of_calendar(secret)


def test_a_holiday_overrides_and_is_logged():
    admin = make_viewer(Role.ADMINISTRATOR)
    actions.set_holiday(day=date(2026, 11, 25), is_workday=False, name="店庆", by=admin)
    actions.set_holiday(day=date(2026, 11, 25), is_workday=True, name="店庆加班", by=admin)
    assert queries.holiday_table() == {date(2026, 11, 25): (True, "店庆加班")}
    assert ChangelogEntry.objects.filter(action="staff.set_holiday").count() == 2


@pytest.mark.parametrize(
    "values", [{"timezone": "Mars/Base"}, {"currency": "GOLD"}, {"margin_percent": 130}, {"name": ""}]
)
def test_particulars_of_the_firm_that_are_refused(values):
    with pytest.raises(Invalid):
        actions.set_firm(by=make_viewer(Role.ADMINISTRATOR), **values)


def test_history_keeps_no_secret():
    admin = make_viewer(Role.ADMINISTRATOR)
    user = make_user()
    actions.set_password(user.pk, password="another horse", by=admin)
    row, _ = actions.create_token(name="x", scopes=["read"], days=1, by=make_viewer(Role.SALESPERSON))
    actions.revoke_token(row.pk, by=admin)
    kept = [version.data for version in HistoryVersion.objects.all()]
    assert kept
    assert not any({"password", "calendar_token_hash", "token_hash"} & set(data) for data in kept)
