"""What happens around every request: log-in, limits, headers, expected errors, the client's address."""

import os
import tempfile
from pathlib import Path

import pytest
from django.db import OperationalError
from django.test import RequestFactory, override_settings

from zhike.config.environment import database, email, home, logging_config
from zhike.config.logs import OneLine
from zhike.config.middleware import client_ip
from zhike.core.expected import as_expected
from zhike.staff.tests.factories import make_user

PUBLIC = ["/healthz", "/account/login/", "/api/v1/openapi.json"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", PUBLIC)
def test_public_addresses_answer_without_a_log_in(client, path):
    make_user()
    response = client.get(path)
    assert response.status_code == 200
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]


@pytest.mark.django_db
def test_ready_only_with_database_and_worker(client):
    assert client.get("/readyz").status_code == 503


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "extra", "status"),
    [
        ("/customers/?name=%00", {}, 400),
        ("/customers/?" + "a" * 17_000, {}, 414),
        ("/customers/?" + "&".join(["a=1"] * 600), {}, 414),
    ],
)
def test_what_no_honest_client_sends_is_refused(client, path, extra, status):
    client.force_login(make_user("administrator"))
    assert client.get(path, **extra).status_code == status


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "extra"),
    [("application/json", {"HTTP_CONTENT_ENCODING": "gzip"}), ("application/json; charset=nope", {})],
)
def test_bodies_of_unknown_make_are_refused(client, kind, extra):
    client.force_login(make_user("administrator"))
    assert client.generic("POST", "/api/v1/orders", b"{}", content_type=kind, **extra).status_code == 415


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        ([], "9.9.9.9", "10.0.0.1"),
        (["10.0.0.1"], "9.9.9.9", "9.9.9.9"),
        (["10.0.0.1"], "6.6.6.6, 9.9.9.9", "9.9.9.9"),
        (["10.0.0.1"], "<script>", "10.0.0.1"),
    ],
)
def test_only_a_trusted_proxy_says_where_somebody_comes_from(proxies, forwarded, expected):
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)
    with override_settings(TRUSTED_PROXIES=proxies):
        assert client_ip(request) == expected


@pytest.mark.django_db
def test_a_full_disk_and_a_busy_database_are_expected():
    assert as_expected(OSError(28, "No space left on device")).status == 507
    assert as_expected(OperationalError("database or disk is full")).status == 507
    assert as_expected(OperationalError("database is locked")).status == 503
    assert as_expected(RuntimeError("a mistake of ours")) is None


def test_a_log_record_is_one_line():
    import logging

    record = logging.makeLogRecord(
        {"msg": "GET %s", "args": ("/a\r\n2026-11-01 INFO login ok admin",), "name": "x"}
    )
    assert "\n" not in OneLine().format(record)
    assert "\\r\\n" in OneLine().format(record)


def test_the_database_address(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "postgres://anna:p%40ss@db.example:5433/zhike")
    found = database(tmp_path)
    assert (found["NAME"], found["USER"], found["PASSWORD"], found["PORT"]) == (
        "zhike",
        "anna",
        "p@ss",
        "5433",
    )
    monkeypatch.setenv("DATABASE_URL", "mysql://x/y")
    with pytest.raises(SystemExit, match="only postgres"):
        database(tmp_path)


def test_the_mail_address(monkeypatch):
    monkeypatch.setenv("ZHIKE_EMAIL_URL", "smtp://u:p@mail.example:587?tls=1")
    backend, options = email()
    assert backend.endswith("smtp.EmailBackend")
    assert (options["EMAIL_HOST"], options["EMAIL_PORT"], options["EMAIL_USE_TLS"]) == (
        "mail.example",
        587,
        True,
    )


def test_logging_goes_to_standard_error():
    assert logging_config(quiet=False)["root"]["handlers"] == ["stderr"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="folders have no owners here")
def test_a_home_that_cannot_be_written_is_named_at_the_start(monkeypatch):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o555)
        monkeypatch.setenv("ZHIKE_HOME", folder)
        pid = os.fork()
        if pid == 0:
            if os.geteuid() == 0:
                os.setuid(65534)
            try:
                home()
            except SystemExit as said:
                os._exit(0 if f"{folder} can't be written" in str(said) else 1)
            os._exit(2)
        assert os.waitpid(pid, 0)[1] == 0
        Path(folder).chmod(0o755)
