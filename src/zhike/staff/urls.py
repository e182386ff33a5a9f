"""Addresses of the staff slice."""

from django.urls import path

from zhike.staff.views import frame, house, imports, me, people

app_name = "staff"
urlpatterns = [
    path("", frame.index, name="settings"),
    path("setup/", people.setup, name="setup"),
    path("me/", me.me, name="me"),
    path("calendar/", me.calendar, name="calendar"),
    path("tokens/", me.tokens, name="tokens"),
    path("tokens/<int:pk>/revoke/", me.token_revoke, name="token_revoke"),
    path("people/", people.people, name="people"),
    path("people/new/", people.user_new, name="user_new"),
    path("people/<int:pk>/", people.user_edit, name="user_edit"),
    path("people/<int:pk>/password/", people.user_password, name="user_password"),
    path("people/<int:pk>/active/", people.user_active, name="user_active"),
    path("teams/new/", people.team_new, name="team_new"),
    path("teams/<int:pk>/", people.team_edit, name="team_edit"),
    path("teams/<int:pk>/delete/", people.team_delete, name="team_delete"),
    path("firm/", house.firm, name="firm"),
    path("holidays/", house.holidays, name="holidays"),
    path("holidays/<int:pk>/remove/", house.holiday_remove, name="holiday_remove"),
    path("jobs/", house.jobs, name="jobs"),
    path("jobs/<int:pk>/retry/", house.job_retry, name="job_retry"),
    path("jobs/<int:pk>/cancel/", house.job_cancel, name="job_cancel"),
    path("letters/<int:pk>/retry/", house.letter_retry, name="letter_retry"),
    path("import/", imports.imports, name="imports"),
    path("import/<int:pk>/", imports.import_run, name="import_run"),
    path("import/<int:pk>/progress/", imports.import_progress, name="import_progress"),
    path("import/<int:pk>/go/", imports.import_go, name="import_go"),
    path("import/<int:pk>/errors.csv", imports.import_errors, name="import_errors"),
    path("changelog/", house.changelog, name="changelog"),
]
