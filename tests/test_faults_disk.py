"""A full disk, a log that can't be written, a sync that fails: refused in plain words, nothing lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.installation import CUSTOMERS, Installation, Server
from tests.small_disk import small_disk

pytestmark = [pytest.mark.pure, pytest.mark.slow]

READS = ["/", "/customers/", "/customers/1/", "/search/?q=resident", "/insight/", "/settings/import/"]
READS += ["/api/v1/customers", "/api/v1/customers/1", "/api/v1/tasks"]


def send_file(server: Server, rows: int) -> int:
    """Upload a file of products as a browser does; returns the status."""
    parts = [("kind", "products"), ('file"; filename="a.csv', "code,name\r\n" + "P1,thing\r\n" * rows)]
    body = "".join(f'--x\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in parts)
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    return server.call("POST", "/settings/import/", f"{body}--x--\r\n".encode(), headers).status


def saved_until_refused(server: Server, name: str) -> list[str]:
    """Save customers until one is refused; returns the names the server said it kept."""
    kept: list[str] = []
    while (answer := server.save(f"{name} {len(kept)}")).status == 201:
        kept.append(f"{name} {len(kept)}")
    assert answer.status in {503, 507}
    assert "Traceback" not in answer.body
    return kept


def test_a_full_disk_refuses_writes_and_nothing_else(tmp_path):
    with small_disk(tmp_path / "disk", 16) as disk:
        house = Installation(disk.folder / "home")
        house.inhabit()
        with Path("/dev/full").open("wb") as log, Server(house, stderr=log) as server:
            kept = [name for name in map("early {}".format, range(20)) if server.save(name).status == 201]
            disk.fill(server.process.pid)
            kept += saved_until_refused(server, "late")
            assert [path for path in READS if server.get(path).status != 200] == []
            assert {send_file(server, 5), send_file(server, 500_000)} <= {503, 507}
            disk.free(server.process.pid)
            assert server.save("afterwards").status == 201
            assert send_file(server, 5) == 302
        names = [name for (name,) in house.ask("SELECT name FROM customers_customer ORDER BY id")]
        assert names[CUSTOMERS:] == [*kept, "afterwards"]
        assert not list((house.home / "tmp").iterdir())
        checks = json.loads(house.zhike("doctor", "--json").stdout)["checks"]
        assert [c for c in checks if not c["ok"] and c["name"] != "home"] == []
