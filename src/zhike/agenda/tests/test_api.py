"""Today's tasks over the API."""

from datetime import timedelta

import pytest

from zhike.agenda.actions import rebuild_tasks
from zhike.agenda.models import Task, TaskAnswer
from zhike.agenda.tests.factories import TODAY, make_contact, make_customer, slipping
from zhike.customers.models import Interaction
from zhike.staff.rules.roles import Role
from zhike.staff.tests.factories import caller, make_team, make_viewer

pytestmark = pytest.mark.django_db

TASKS = "/api/v1/tasks"


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def seller(team):
    return make_viewer(team=team)


@pytest.fixture
def task(seller):
    customer = make_customer(seller, name="周婉清", form_of_address="周姐")
    slipping(customer)
    rebuild_tasks(0, TODAY)
    return Task.objects.get(customer=customer, is_lead=True, state="open")


def test_the_list_says_whom_why_how_and_with_what_words(seller, task):
    found = caller(seller).get(TASKS).json()
    assert (found["user"], found["date"], found["counts"]) == (
        seller.login,
        TODAY.isoformat(),
        {"slipping": 1},
    )
    (card,) = found["tasks"]
    assert (card["id"], card["customer"], card["source"]) == (task.pk, task.customer_id, "slipping")
    assert card["why"]
    assert any("周姐" in said for said in card["words"])
    assert card["value_at_stake"] == task.value_at_stake / 100
    assert caller(seller).get(f"{TASKS}/{task.pk}").json() == card


def test_a_manager_sees_the_lists_of_the_own_team_alone(team, seller, task):
    outside = make_viewer(team=make_team())
    boss = caller(make_viewer(Role.MANAGER, team=team))
    assert [c["id"] for c in boss.get(TASKS, {"user": seller.login}).json()["tasks"]] == [task.pk]
    assert boss.get(TASKS, {"user": outside.login}).status_code == 404
    assert caller(seller).get(TASKS, {"user": outside.login}).status_code == 403
    assert caller(outside).get(f"{TASKS}/{task.pk}").status_code == 404


def test_words_do_not_tell_the_form_of_address_to_who_does_not_read_contacts(team, seller, task):
    reader = caller(make_viewer(Role.READ_ONLY, team=team))
    answer = reader.get(f"{TASKS}/{task.pk}")
    assert answer.status_code == 200
    assert "周姐" not in answer.content.decode()


def test_done_records_the_contact_and_can_be_taken_back(seller, task):
    api = caller(seller)
    made = api.post(f"{TASKS}/{task.pk}/done", {"outcome": "interested", "note": "下周再聊", "minutes": 5})
    assert made.status_code == 200, made.content
    row = Interaction.objects.get(pk=made.json()["interaction"])
    assert (row.outcome, row.summary, row.minutes, row.task_id) == ("interested", "下周再聊", 5, task.pk)
    assert api.get(TASKS).json()["tasks"] == []
    assert api.post(f"{TASKS}/answers/{made.json()['answer']}/undo").json() == {"task": task.pk}
    assert [c["id"] for c in api.get(TASKS).json()["tasks"]] == [task.pk]
    assert not Interaction.objects.exists()


def test_later_puts_it_away_until_the_day(seller, task):
    api, day = caller(seller), TODAY + timedelta(days=9)
    assert api.post(f"{TASKS}/{task.pk}/later", {"until": day.isoformat()}).status_code == 200
    task.refresh_from_db()
    assert task.not_before == day
    assert api.get(TASKS).json()["tasks"] == []


def test_not_useful_says_why(seller, task):
    made = caller(seller).post(f"{TASKS}/{task.pk}/not-useful", {"reason": "wrong_data", "note": "已搬走"})
    answer = TaskAnswer.objects.get(pk=made.json()["answer"])
    assert (answer.answer, answer.reason, answer.note) == ("not_useful", "wrong_data", "已搬走")


@pytest.mark.parametrize("what", ["done", "later", "not-useful"])
def test_somebody_elses_task_does_not_exist(task, what):
    outside = caller(make_viewer(team=make_team()))
    assert outside.post(f"{TASKS}/{task.pk}/{what}", {}).status_code == 404
    assert not TaskAnswer.objects.exists()


def test_an_answer_is_taken_back_by_who_gave_it(team, seller, task):
    made = caller(seller).post(f"{TASKS}/{task.pk}/done", {}).json()
    boss = caller(make_viewer(Role.MANAGER, team=team))
    assert boss.post(f"{TASKS}/answers/{made['answer']}/undo").status_code == 404
    assert Interaction.objects.exists()


def test_a_task_somebody_answered_is_a_conflict(team, seller, task):
    caller(seller).post(f"{TASKS}/{task.pk}/not-useful", {})
    boss = caller(make_viewer(Role.MANAGER, team=team))
    assert boss.post(f"{TASKS}/{task.pk}/done", {}).status_code == 409


def test_the_same_key_answers_once(seller, task):
    api, key = caller(seller), {"Idempotency-Key": "a-1"}
    first = api.post(f"{TASKS}/{task.pk}/done", {"outcome": "ordered"}, headers=key)
    again = api.post(f"{TASKS}/{task.pk}/done", {"outcome": "ordered"}, headers=key)
    assert (again.content, again.headers["Idempotent-Replayed"]) == (first.content, "true")
    assert Interaction.objects.count() == 1


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("done", {"outcome": "won"}),
        ("done", {"minutes": -5}),
        ("done", {"promise": "回电"}),
        ("done", {"user": 1}),
        ("later", {"until": "2000-01-01"}),
        ("later", {"until": "9999-12-31"}),
        ("later", {"days": 0}),
        ("later", {"days": 10**30}),
        ("not-useful", {"reason": "nonsense"}),
    ],
    ids=str,
)
def test_what_an_answer_can_not_be_is_400(seller, task, what, body):
    assert caller(seller).post(f"{TASKS}/{task.pk}/{what}", body).status_code == 400
    assert not TaskAnswer.objects.exists()


@pytest.mark.parametrize(
    "query", ["source=nonsense", "limit=5", "user=a&user=b", "user=" + "x" * 200, "day=1"]
)
def test_unknown_parameters_are_400(seller, query):
    assert caller(seller).get(f"{TASKS}?{query}").status_code == 400


def test_a_token_that_only_reads_answers_nothing(seller, task):
    make_contact(task.customer, TODAY - timedelta(days=30))
    assert caller(seller, "read").get(TASKS).status_code == 200
    assert caller(seller, "read").post(f"{TASKS}/{task.pk}/done", {}).status_code == 403
    assert caller(seller, "orders.write").get(TASKS).status_code == 403
