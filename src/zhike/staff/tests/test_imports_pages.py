"""The import pages: upload, columns, checks, run, report; other people's runs do not exist."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from zhike.core.models import Heartbeat
from zhike.core.models.imports import ImportRun
from zhike.core.worker import Worker
from zhike.staff.rules.roles import Role
from zhike.staff.tests.factories import make_team, make_user

pytestmark = pytest.mark.django_db(transaction=True)

PRODUCTS = "货号,品名,售价\nA1,五常大米,98.00\nA2,糯米,26\nA3,<b>坏</b>,abc\n"


@pytest.fixture
def boss(client):
    user = make_user(Role.ADMINISTRATOR)
    client.force_login(user)
    return user


def upload(client, text=PRODUCTS, kind="products", name="商品.csv", **files):
    data = text if isinstance(text, bytes) else text.encode()
    return client.post(
        reverse("staff:imports"), {"kind": kind, "file": SimpleUploadedFile(name, data), **files}
    )


def post_columns(client, run, **values):
    page = client.get(reverse("staff:import_run", args=[run.pk]))
    base = page.context["base"]
    fields = {"column:code": "货号", "column:name": "品名", "column:price_e4": "售价"}
    data = {"base": base, "source": "erp", "go": "check", **fields, **values}
    return client.post(reverse("staff:import_run", args=[run.pk]), data)


def test_from_the_file_to_the_report(client, boss):
    assert upload(client).status_code == 302
    run = ImportRun.objects.get()
    page = client.get(reverse("staff:import_run", args=[run.pk])).content.decode()
    assert "五常大米" in page
    assert "<b>坏</b>" not in page
    assert post_columns(client, run).status_code == 302
    assert client.get(reverse("staff:import_progress", args=[run.pk])).status_code == 200
    Worker().drain()
    run.refresh_from_db()
    assert (run.state, run.dry_run, run.rejected) == ("done", True, 1)
    assert client.get(reverse("staff:import_progress", args=[run.pk])).headers["HX-Refresh"] == "true"
    assert client.post(reverse("staff:import_go", args=[run.pk]), {"step": "import"}).status_code == 302
    Worker().drain()
    run.refresh_from_db()
    assert (run.state, run.created, run.rejected) == ("done", 2, 1)
    report = client.get(reverse("staff:import_run", args=[run.pk])).content.decode()
    assert "abc" in report
    errors = client.get(reverse("staff:import_errors", args=[run.pk]))
    assert errors.headers["Content-Disposition"].startswith("attachment")
    assert "A3" in b"".join(errors.streaming_content).decode("utf-8-sig")


def test_a_mapping_that_lacks_a_required_column_says_so_and_starts_nothing(client, boss):
    upload(client)
    run = ImportRun.objects.get()
    response = post_columns(client, run, **{"column:code": ""})
    assert response.status_code == 422
    run.refresh_from_db()
    assert run.state == "uploaded"


@pytest.mark.parametrize("content", [b"", b"\x00\x00\x00", b"PK\x03\x04broken", b'a,b\n"open'])
def test_files_that_can_not_be_read_get_an_answer_in_words(client, boss, content):
    response = upload(client, content)
    if response.status_code == 302:
        response = client.get(response.headers["Location"])
    assert response.status_code in {200, 422}


def test_no_file_and_an_unknown_kind(client, boss):
    assert client.post(reverse("staff:imports"), {"kind": "products"}).status_code == 422
    assert upload(client, kind="no-such-kind").status_code == 422


@pytest.mark.parametrize(
    "base", ["", "[", "[]", '{"fields": 3}', '{"kind": "orders"}', json.dumps({"rule": [{"when": "x"}]})]
)
def test_damaged_page_data_is_refused(client, boss, base):
    upload(client)
    run = ImportRun.objects.get()
    response = client.post(reverse("staff:import_run", args=[run.pk]), {"base": base, "go": "check"})
    assert response.status_code in {400, 422}


def test_others_runs_do_not_exist(client, boss):
    upload(client)
    run = ImportRun.objects.get()
    client.force_login(make_user(Role.MANAGER, team=make_team()))
    for name in ("import_run", "import_progress", "import_errors"):
        assert client.get(reverse(f"staff:{name}", args=[run.pk])).status_code == 404
    assert client.post(reverse("staff:import_go", args=[run.pk]), {"step": "cancel"}).status_code == 404


def test_a_salesperson_does_not_import(client):
    client.force_login(make_user(Role.SALESPERSON))
    assert client.get(reverse("staff:imports")).status_code == 403
    assert upload(client).status_code == 403


def test_without_a_worker_the_page_says_so(client, boss):
    Heartbeat.objects.all().delete()
    upload(client)
    run = ImportRun.objects.get()
    post_columns(client, run)
    assert "zhike worker" in client.get(reverse("staff:import_run", args=[run.pk])).content.decode()


def test_a_remembered_mapping_is_offered_next_time(client, boss):
    upload(client)
    post_columns(client, ImportRun.objects.get(), save_as="ERP 商品")
    upload(client, PRODUCTS + "A4,红豆,22\n")
    page = client.get(reverse("staff:import_run", args=[ImportRun.objects.latest("id").pk])).content.decode()
    assert "ERP 商品" in page
