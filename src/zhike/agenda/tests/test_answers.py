from datetime import date, timedelta

import pytest

from zhike.agenda import actions, queries
from zhike.agenda.actions import Contact
from zhike.agenda.models import Build, Task, TaskAnswer
from zhike.agenda.tests import factories as f
from zhike.core.clock import now
from zhike.core.errors import Conflict, Forbidden, Invalid, NotFound
from zhike.core.models import ChangelogEntry, OutboxEvent
from zhike.customers.models import Interaction, Score
from zhike.staff.tests.factories import make_team, make_viewer

pytestmark = pytest.mark.django_db
TODAY = f.TODAY


@pytest.fixture
def seller():
    return make_viewer(team=make_team(), name="李思敏")


@pytest.fixture
def task(seller):
    customer = f.make_customer(seller, contacts=("mobile", "wechat"))
    f.slipping(customer)
    f.make_date(customer, 11, 21)
    actions.rebuild_tasks(0, TODAY)
    return Task.objects.get(source="slipping")


def rebuild(day=TODAY):
    actions.rebuild_tasks(0, day)


def open_sources():
    return sorted(Task.objects.filter(state="open").values_list("source", flat=True))


def test_done_records_what_was_told_and_closes_the_card(task, seller):
    contact = Contact(
        "interested", "wechat", "想换品种", 7, promise="发样品单", promise_due=TODAY + timedelta(days=3)
    )
    answered = actions.answer_done(task.pk, contact, by=seller)
    row = Interaction.objects.get(pk=answered.interaction_id)
    assert (row.channel, row.outcome, row.summary, row.minutes) == ("wechat", "interested", "想换品种", 7)
    assert (row.promise, row.task_id, row.task_source, row.by_id) == (
        "发样品单",
        task.pk,
        "slipping",
        seller.user_id,
    )
    task.refresh_from_db()
    assert task.state == "done"
    assert TaskAnswer.objects.get().grade == 1.0
    assert OutboxEvent.objects.filter(name="TasksAnswered").count() == 1
    assert ChangelogEntry.objects.filter(action="agenda.answer_done", by_id=seller.user_id).exists()


def test_what_was_answered_stays_answered_across_refreshes(task, seller):
    actions.answer_done(task.pk, by=seller)
    for day in (TODAY, TODAY + timedelta(days=20)):
        rebuild(day)
        assert "slipping" not in open_sources()
    rebuild(TODAY + timedelta(days=46))
    assert Task.objects.filter(source="slipping", state="open", due=TODAY + timedelta(days=46)).count() == 1


def test_a_birthday_promised_by_the_policy_outlives_another_contact(task, seller):
    birthday = Task.objects.get(source="special_date")
    assert birthday.promised
    assert birthday.is_lead
    actions.answer_done(task.pk, by=seller)
    birthday.refresh_from_db()
    assert (birthday.state, birthday.is_lead) == ("open", True)


def test_no_answer_brings_the_card_back_by_another_way(task, seller):
    actions.answer_done(task.pk, Contact("not_reached", "call"), by=seller)
    task.refresh_from_db()
    assert (task.state, task.not_before, task.attempts) == ("open", TODAY + timedelta(days=2), 1)
    Interaction.objects.update(at=f.at(TODAY))
    rebuild(TODAY + timedelta(days=2))
    task.refresh_from_db()
    assert (task.channel, task.not_before) == ("wechat", TODAY + timedelta(days=2))


def test_later_waits_until_the_day_also_after_a_refresh(task, seller):
    actions.answer_later(task.pk, TODAY + timedelta(days=9), by=seller)
    rebuild(TODAY + timedelta(days=1))
    task.refresh_from_db()
    assert (task.state, task.postponed, task.not_before) == ("open", True, TODAY + timedelta(days=9))
    rebuild(TODAY + timedelta(days=9))
    task.refresh_from_db()
    assert (task.postponed, task.not_before) == (False, TODAY + timedelta(days=9))


@pytest.mark.parametrize(
    "until", [TODAY, TODAY - timedelta(days=1), TODAY + timedelta(days=366), date(9999, 1, 1)]
)
def test_later_wants_a_day_to_come(task, seller, until):
    with pytest.raises(Invalid):
        actions.answer_later(task.pk, until, by=seller)
    assert not TaskAnswer.objects.exists()


def test_not_useful_lets_the_next_reason_up(task, seller):
    Task.objects.filter(source="special_date").delete()
    assert Task.objects.filter(source="slipping", is_lead=False).update(is_lead=True) == 1
    Task.objects.filter(source="care").update(is_lead=False)
    actions.answer_not_useful(task.pk, "not_relevant", by=seller)
    task.refresh_from_db()
    assert task.state == "not_useful"
    assert Task.objects.get(source="care").is_lead
    assert TaskAnswer.objects.get().grade == 0.0


def test_a_customer_who_wants_peace_gets_it_but_promises_are_kept(task, seller):
    f.make_contact(task.customer, TODAY - timedelta(days=9), by=seller, promise="回电", promise_due=TODAY)
    actions.answer_not_useful(task.pk, "do_not_disturb", by=seller)
    rebuild(TODAY + timedelta(days=30))
    assert open_sources() == ["promise"]


@pytest.mark.parametrize("reason", ["", "nonsense", "x" * 4000])
def test_a_reason_is_one_of_the_list(task, seller, reason):
    with pytest.raises(Invalid):
        actions.answer_not_useful(task.pk, reason, by=seller)


def test_the_same_click_twice_is_one_answer(task, seller):
    first = actions.answer_done(task.pk, by=seller)
    assert actions.answer_done(task.pk, by=seller) == first
    assert Interaction.objects.count() == 1


def test_two_people_at_once_and_the_second_is_told(task, seller):
    colleague = make_viewer("administrator", name="王磊")
    actions.answer_done(task.pk, by=seller)
    with pytest.raises(Conflict, match="李思敏"):
        actions.answer_done(task.pk, by=colleague)
    with pytest.raises(Conflict):
        actions.answer_not_useful(task.pk, "other", by=colleague)
    assert Interaction.objects.count() == 1


@pytest.mark.parametrize("answer", ["done", "later", "not_useful", "no_answer"])
def test_undo_puts_everything_back(task, seller, answer):
    before = list(
        Task.objects.order_by("pk").values("state", "not_before", "postponed", "quiet_until", "is_lead")
    )
    contact_day = Score.objects.get(customer=task.customer).last_contact
    made = {
        "done": lambda: actions.answer_done(task.pk, by=seller),
        "no_answer": lambda: actions.answer_done(task.pk, Contact("not_reached"), by=seller),
        "later": lambda: actions.answer_later(task.pk, TODAY + timedelta(days=3), by=seller),
        "not_useful": lambda: actions.answer_not_useful(task.pk, "do_not_disturb", by=seller),
    }[answer]()
    for _ in range(2):
        actions.undo_answer(made.answer_id, by=seller)
    after = list(
        Task.objects.order_by("pk").values("state", "not_before", "postponed", "quiet_until", "is_lead")
    )
    assert after == before
    assert not Interaction.objects.exists()
    assert Score.objects.get(customer=task.customer).last_contact == contact_day
    assert TaskAnswer.objects.filter(undone_at__isnull=True).count() == 0


def test_undoing_a_kept_promise_opens_it_again(seller):
    customer = f.make_customer(seller)
    given = f.make_contact(customer, TODAY - timedelta(days=2), by=seller, promise="回电", promise_due=TODAY)
    rebuild()
    made = actions.answer_done(Task.objects.get(source="promise").pk, by=seller)
    given.refresh_from_db()
    assert given.promise_kept_at is not None
    actions.undo_answer(made.answer_id, by=seller)
    given.refresh_from_db()
    assert given.promise_kept_at is None


def test_undo_has_its_time_and_its_owner(task, seller):
    made = actions.answer_done(task.pk, by=seller)
    with pytest.raises(NotFound):
        actions.undo_answer(made.answer_id, by=make_viewer("administrator"))
    TaskAnswer.objects.update(at=now() - timedelta(minutes=11))
    with pytest.raises(Conflict):
        actions.undo_answer(made.answer_id, by=seller)


def test_an_answer_can_be_made_more_precise(task, seller):
    made = actions.answer_done(task.pk, by=seller)
    again = actions.amend_answer(made.answer_id, contact=Contact("ordered"), by=seller)
    assert Interaction.objects.get().outcome == "ordered"
    assert again.answer_id != made.answer_id
    later = actions.amend_answer(again.answer_id, contact=Contact("not_reached"), by=seller)
    task.refresh_from_db()
    assert task.state == "open"
    assert later.task_id == task.pk


def test_tasks_of_others_do_not_exist(task):
    stranger = make_viewer(team=make_team())
    for answer in (
        lambda: actions.answer_done(task.pk, by=stranger),
        lambda: actions.answer_later(task.pk, TODAY + timedelta(days=1), by=stranger),
        lambda: actions.answer_not_useful(task.pk, "other", by=stranger),
        lambda: actions.answer_done(2**70, by=stranger),
    ):
        with pytest.raises(NotFound):
            answer()
    assert not TaskAnswer.objects.exists()


def test_who_only_reads_may_not_answer(task):
    with pytest.raises(Forbidden):
        actions.answer_done(task.pk, by=make_viewer("read_only", team=make_team()))


def test_the_number_in_the_menu_follows_every_answer(
    task, seller, django_capture_on_commit_callbacks, django_assert_num_queries
):
    queries.forget_waiting(seller)  # another test's person may have had the same key a moment ago
    lead = Task.objects.get(customer=task.customer_id, is_lead=True)
    assert queries.waiting(seller) == 1
    with django_assert_num_queries(0):  # every page asks
        assert queries.waiting(seller) == 1
    with django_capture_on_commit_callbacks(execute=True):
        answered = actions.answer_later(lead.pk, TODAY + timedelta(days=1), by=seller)
    assert queries.waiting(seller) == 0
    with django_capture_on_commit_callbacks(execute=True):
        actions.undo_answer(answered.answer_id, by=seller)
    assert queries.waiting(seller) == 1


def test_answers_change_the_rank_of_their_source(task, seller):
    first = task.rank
    answer = TaskAnswer(
        task=task,
        source="slipping",
        customer=task.customer,
        user_id=seller.user_id,
        answer="not_useful",
        at=f.at(TODAY),
    )
    TaskAnswer.objects.bulk_create([_copy(answer) for _ in range(60)])
    rebuild()
    task.refresh_from_db()
    assert task.weight == 0.5
    assert task.rank == pytest.approx(first * 0.5)
    assert Build.objects.count() == 2


def _copy(answer):
    return TaskAnswer(
        **{f.attname: getattr(answer, f.attname) for f in answer._meta.concrete_fields if f.attname != "id"}
    )
