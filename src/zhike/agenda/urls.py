"""Addresses of the agenda slice."""

from django.urls import URLPattern, path

from zhike.agenda.views import answers, calendar, settings, team, today

app_name = "agenda"
urlpatterns: list[URLPattern] = [
    path("", today.today, name="today"),
    path("team/", team.team, name="team"),
    path("tasks/<int:pk>/", team.explain, name="explain"),
    path("tasks/<int:pk>/done/", answers.done, name="done"),
    path("tasks/<int:pk>/note/", answers.note, name="note"),
    path("tasks/<int:pk>/later/", answers.later, name="later"),
    path("tasks/<int:pk>/not-useful/", answers.not_useful, name="not_useful"),
    path("answers/<int:pk>/amend/", answers.amend, name="amend"),
    path("answers/<int:pk>/undo/", answers.undo, name="undo"),
    path("calendar/<str:secret>.ics", calendar.feed, name="calendar"),
    path("settings/care-policy/", settings.policy, name="policy"),
    path("settings/care-policy/new/", settings.policy_new, name="policy_new"),
    path("settings/care-policy/shipped/<int:position>/", settings.policy_shipped, name="policy_shipped"),
    path("settings/care-policy/<int:pk>/", settings.policy_edit, name="policy_edit"),
    path("settings/care-policy/<int:pk>/remove/", settings.policy_remove, name="policy_remove"),
    path("settings/agenda/", settings.numbers, name="settings"),
]
