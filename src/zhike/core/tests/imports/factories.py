"""A kind of record of our own, and files in every shape, to try the framework with."""

import json
from pathlib import Path

from zhike.core.imports.fields import Choice, DateTime, Field, Identifier, NationalId, Scaled, Text
from zhike.core.imports.importer import Batch, BatchResult, ImportContext, Importer, Option, RowState
from zhike.core.imports.mapping import read_mapping
from zhike.core.models import IdempotencyKey

HOOKS = []
"""Called with every batch before it is applied: tests make faults with them."""


def stored(source="file"):
    """What the toy importer has written: number → lines."""
    prefix = f"{source}:"
    rows = IdempotencyKey.objects.filter(key__startswith=prefix).order_by("key")
    return {row.key.removeprefix(prefix): json.loads(row.body) for row in rows}


def apply_bills(batch: Batch, ctx: ImportContext) -> BatchResult:
    for hook in HOOKS:
        hook(batch, ctx)
    result = BatchResult(len(batch))
    keys = [f"{ctx.source}:{batch['number'][group.start]}" for group in batch.groups]
    known = {row.key: row for row in IdempotencyKey.objects.filter(user_id=1, key__in=keys)}
    new, rows_of_new = [], []
    for key, group in zip(keys, batch.groups, strict=True):
        body = json.dumps(_lines(batch, group), ensure_ascii=False, default=str)
        if any("refuse" in (batch["article"][i] or "") for i in range(group.start, group.stop)):
            result.reject(
                group.start, "no_such_article", field="article", article=batch["article"][group.start]
            )
        elif key not in known:
            new.append(IdempotencyKey(user_id=1, key=key, fingerprint=ctx.source, body=body))
            rows_of_new.append(group.start)
            result.mark(RowState.CREATED, range(group.start, group.stop))
        elif known[key].body != body:
            IdempotencyKey.objects.filter(pk=known[key].pk).update(body=body)
            result.mark(RowState.UPDATED, range(group.start, group.stop))
            result.count("core.bill", updated=1)
    made = IdempotencyKey.objects.bulk_create(new)
    result.add_objects("core.bill", rows_of_new, [m.pk for m in made], keys=[m.key for m in made])
    return result


def _lines(batch, group):
    names = ("article", "amount", "at", "type", "person")
    return [[batch.positions[i], *(batch[n][i] for n in names)] for i in range(group.start, group.stop)]


def bills(*, lines=True):
    return Importer(
        kind="bills",
        label="Bills",
        permission="import.run",
        identity=("number",),
        lines=lines,
        fields=(
            Field("number", "Number", Identifier(), required=True, aliases=("单号", "bill")),
            Field("article", "Article", Text(50), aliases=("商品",)),
            Field("amount", "Amount", Scaled(2), required=True, aliases=("金额",)),
            Field("at", "Time", DateTime(), aliases=("时间",)),
            Field("type", "Type", Choice({"sale": ("销售",), "return": ("退货",)})),
            Field("person", "Person", NationalId(), sensitive=True, aliases=("身份证号",)),
            Field("cost", "Cost", Scaled(2), permission="catalog.cost"),
        ),
        options=(Option("create_missing", True),),
        messages={"no_such_article": "There is no article %(article)s."},
        apply=apply_bills,
    )


FIELDS = {"number": "number", "article": "article", "amount": "amount"}


def mapping(fields=None, **more):
    return read_mapping({"fields": fields or FIELDS, **more}, kind="bills")


def csv_file(folder: Path, text: str, name="bills.csv", encoding="utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def many(rows: int, *, lines: int = 3) -> str:
    """A file of bills with several lines each, those of every tenth bill apart from one another."""
    body = [(n // lines, n) for n in range(rows)]
    apart = [(bill, n) for bill, n in body if bill % 10 == 3]
    close = [(bill, n) for bill, n in body if bill % 10 != 3]
    text = [
        f"B{bill:06},article {n},{n % 977}.{n % 100:02}" for bill, n in [*close, *apart[::2], *apart[1::2]]
    ]
    return "number,article,amount\n" + "\n".join(text) + "\n"
