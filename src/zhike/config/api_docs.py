"""The OpenAPI document as a page draws it: groups of operations with flat tables of names."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext

Document = Mapping[str, Any]
_REF = "#/components/schemas/"
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Name:
    """A parameter or a field; ``depth`` indents what lies inside another one."""

    name: str
    kind: str
    text: str = ""
    required: bool = False
    depth: int = 0

    @property
    def indent(self) -> str:
        """What stands before the name."""
        return "· " * self.depth


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation, ready to draw; ``example`` is a body that could be sent, "" where none is."""

    key: str
    method: str
    path: str
    summary: str
    text: str
    parameters: list[Name]
    body: list[Name]
    example: str
    answers: list[tuple[str, list[Name]]]


@dataclass(slots=True)
class Group:
    """Operations on the same thing."""

    name: str
    operations: list[Operation] = field(default_factory=list)


def groups(document: Document) -> list[Group]:
    """Return the operations by tag, in the order of the document."""
    found: dict[str, Group] = {}
    for path, methods in document["paths"].items():
        for method, what in methods.items():
            tag = (what.get("tags") or [""])[0]
            group = found.setdefault(tag, Group(tag))
            group.operations.append(_operation(document, method.upper(), path, what))
    return list(found.values())


def _operation(document: Document, method: str, path: str, what: Mapping[str, Any]) -> Operation:
    body = _content(what.get("requestBody", {}))
    return Operation(
        key=what["operationId"],
        method=method,
        path=path,
        summary=gettext(what["summary"]),
        text=what.get("description", "").replace("`", ""),
        parameters=[_parameter(document, one) for one in what.get("parameters", ())],
        body=list(_names(document, body)) if body else [],
        example=json.dumps(_example(document, body), ensure_ascii=False, indent=2) if body else "",
        answers=[
            (str(status), list(_names(document, _content(answer))))
            for status, answer in what["responses"].items()
        ],
    )


def _content(holder: Mapping[str, Any]) -> Mapping[str, Any]:
    for content in holder.get("content", {}).values():
        return dict(content["schema"])
    return {}


def _parameter(document: Document, one: Mapping[str, Any]) -> Name:
    place = "" if one["in"] == "query" else f"{one['in']}: "
    kind = _kind(document, one.get("schema", {}))
    text = one.get("description", "").replace("`", "")
    return Name(one["name"], place + kind, text, bool(one.get("required")))


def _resolved(document: Document, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = schema.get("$ref", "")
    if not reference:
        return schema
    found: Mapping[str, Any] = document["components"]["schemas"][reference.removeprefix(_REF)]
    return found


def _names(document: Document, schema: Mapping[str, Any], depth: int = 0) -> Iterator[Name]:
    """The fields of an object, what lies inside a field right after it."""
    whole = _resolved(document, schema)
    required = set(whole.get("required", ()))
    for name, one in whole.get("properties", {}).items():
        text = one.get("description", "")
        yield Name(name, _kind(document, one), text, name in required, depth)
        inner = _inner(document, one)
        if inner and depth < _DEEPEST:
            yield from _names(document, inner, depth + 1)


def _inner(document: Document, schema: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The object inside a field: the field itself, an entry of its list, the one choice that is an object."""
    for one in schema.get("anyOf", schema.get("allOf", (schema,))):
        entry = _resolved(document, one.get("items", one))
        if entry.get("properties"):
            return entry
    return None


def _kind(document: Document, schema: Mapping[str, Any]) -> str:
    """The type in a word or two: ``text ≤ 60``, ``list of object``, ``a | b``."""
    whole = _resolved(document, schema)
    choices = whole.get("anyOf", whole.get("allOf"))
    if choices:
        return " | ".join(dict.fromkeys(_kind(document, one) for one in choices))
    if "enum" in whole:
        return " | ".join(str(value) or '""' for value in whole["enum"])
    if "const" in whole:
        return str(whole["const"]) or '""'
    if whole.get("type") == "array":
        return f"[{_kind(document, whole.get('items', {}))}]"
    return _bounded(whole.get("format") or whole.get("type", "any"), whole)


def _bounded(kind: str, schema: Mapping[str, Any]) -> str:
    low = schema.get("minimum")
    high = schema.get("maximum", schema.get("maxLength"))
    if low is not None and high is not None:
        return f"{kind} {low}–{high}"
    return f"{kind} ≤ {high}" if high is not None and high < 2**53 else kind


def _example(document: Document, schema: Mapping[str, Any]) -> Any:
    """A body with the required fields, and lists with one entry of theirs."""
    whole = _resolved(document, schema)
    choices = whole.get("anyOf", whole.get("allOf"))
    if choices:
        return _example(document, choices[0])
    if "properties" in whole:
        names = whole.get("required") or list(whole["properties"])[:2]
        return {name: _example(document, whole["properties"][name]) for name in names}
    if whole.get("type") == "array":
        return [_example(document, whole.get("items", {}))]
    if "enum" in whole:
        return whole["enum"][0]
    return _plain_example(whole)


def _plain_example(schema: Mapping[str, Any]) -> Any:
    samples: dict[str, Any] = {
        "date-time": "2026-11-22T10:00:00+08:00",
        "date": "2026-11-22",
        "time": "09:30",
        "uuid": "00000000-0000-4000-8000-000000000000",
        "integer": 1,
        "number": 1,
        "boolean": False,
        "null": None,
    }
    return samples.get(schema.get("format") or schema.get("type", "string"), "…")
