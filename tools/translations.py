"""The translations: merged from the rooms' parts, compiled, and checked to be complete.

    tools/translations.py build    src/zhike/locale/parts/*.po → zh_Hans/LC_MESSAGES/django.po and .mo
    tools/translations.py check    build, and fail on a text of the program that has no translation

Message ids are English, so English needs no catalogue. Each room writes a part of its own; a text that two
rooms share may stand in both, but only with the same translation.
"""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "zhike"
PARTS = PACKAGE / "locale" / "parts"
TARGET = PACKAGE / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
LANGUAGE = "zh_Hans_CN"

# Function → positions of its message id, plural and context among the arguments.
FUNCTIONS = {
    "_": (0, None, None),
    "gettext": (0, None, None),
    "ngettext": (0, 1, None),
    "pgettext": (1, None, 0),
    "npgettext": (1, 2, 0),
    # the message of an expected error is its id
    **dict.fromkeys(("Invalid", "NotFound", "Forbidden", "Conflict", "PreconditionFailed"), (0, None, None)),
}
ALIASES = {f"{name}{suffix}": name for name in FUNCTIONS for suffix in ("", "_lazy", "_noop")}
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]")
CALL = re.compile(r"\b(?:_|n?p?gettext|Invalid|NotFound|Forbidden|Conflict|PreconditionFailed)\(")

Key = tuple[str, str | None]


@dataclass
class Collected:
    """The merged catalogue and everything wrong with the parts."""

    catalogue: Catalog
    places: dict[Key, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


# ---------------------------------------------------------------- merging


def merge(parts: Path = PARTS) -> Collected:
    """All parts as one catalogue."""
    merged = Collected(Catalog(locale=LANGUAGE, project="Zhike", charset="utf-8", fuzzy=False))
    for part in sorted(parts.glob("*.po")):
        try:
            with part.open("rb") as file:
                entries = read_po(file, locale=LANGUAGE, abort_invalid=True)
        except (PoFileError, ValueError) as error:
            merged.problems.append(f"{part.name}: {error}")
            continue
        for message in entries:
            if message.id:
                add(merged, message, f"{part.name}:{message.lineno}")
    return merged


def add(merged: Collected, message: Message, place: str) -> None:
    """Put one entry into the catalogue, or note why it cannot stand there."""
    key = key_of(message)
    words = as_words(message)
    before = merged.catalogue.get(*key)
    if not all(words):
        merged.problems.append(f"{place}: {key[0]!r} has no translation")
    elif before and as_words(before) != words:
        merged.problems.append(f"{merged.places[key]} and {place}: {key[0]!r} is translated in two ways")
    else:
        merged.problems += [
            f"{place}: {key[0]!r} {problem}" for problem in wrong_placeholders(message, words)
        ]
        merged.catalogue.add(message.id, message.string, context=message.context, flags=message.flags)
        merged.places.setdefault(key, place)


def key_of(message: Message) -> Key:
    """What identifies an entry: its (first) id and its context."""
    return (message.id if isinstance(message.id, str) else message.id[0]), message.context


def as_words(message: Message) -> tuple[str, ...]:
    """The translation as a tuple, one entry for each plural form."""
    words = message.string if isinstance(message.string, list | tuple) else [message.string]
    return tuple(word or "" for word in words)


def wrong_placeholders(message: Message, words: tuple[str, ...]) -> list[str]:
    """Placeholders that the translation invents or, where it may not, drops."""
    ids = (message.id,) if isinstance(message.id, str) else tuple(message.id)
    given = {name for text in ids for name in PLACEHOLDER.findall(text)}
    used = {name for text in words for name in PLACEHOLDER.findall(text)}
    lost = given - used if isinstance(message.id, str) else set()
    return [f"names %({n})s, which the text does not give" for n in sorted(used - given)] + [
        f"leaves out %({n})s" for n in sorted(lost)
    ]


def write(merged: Collected, target: Path = TARGET) -> None:
    """Write the merged catalogue and its compiled form, each whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    for suffix, writer in ((".po", write_po), (".mo", write_mo)):
        new = target.with_suffix(f"{suffix}.new")
        with new.open("wb") as file:
            writer(file, merged.catalogue)
        new.replace(target.with_suffix(suffix))


# ---------------------------------------------------------------- the program's own texts


def texts(package: Path = PACKAGE) -> Iterator[tuple[Key, str]]:
    """Every translatable text of the program with the place where it stands."""
    for path in sorted(package.rglob("*.py")):
        if not {"tests", "migrations"} & set(path.relative_to(package).parts):
            yield from calls(ast.parse(path.read_text(encoding="utf-8")), path)
    for suffix in ("html", "txt"):
        for path in sorted(package.rglob(f"templates/**/*.{suffix}")):
            yield from template_texts(path)


def calls(tree: ast.AST, path: Path, line: int | None = None) -> Iterator[tuple[Key, str]]:
    """The texts in calls of gettext and its relatives."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (name := ALIASES.get(function_name(node.func))):
            where, _, context = FUNCTIONS[name]
            found = literal(node.args, where)
            if found is not None:
                place = f"{shown(path)}:{line or node.lineno}"
                yield (found, None if context is None else literal(node.args, context)), place


def shown(path: Path) -> str:
    """A path as people name it: from the root of the project where it is inside."""
    return (path.relative_to(ROOT) if path.is_relative_to(ROOT) else path).as_posix()


def function_name(function: ast.expr) -> str:
    """`gettext` of `gettext(…)` and of `translation.gettext(…)`."""
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def literal(arguments: list[ast.expr], position: int) -> str | None:
    """The text at a position of a call, where it is written out."""
    node = arguments[position] if position < len(arguments) else None
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def template_texts(path: Path) -> Iterator[tuple[Key, str]]:
    """The texts of a Django template, which Django itself turns into gettext calls, line for line."""
    from django.utils.translation.template import templatize

    code = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    for start in CALL.finditer(code):
        call = expression(code, start.start())
        if call is not None:
            yield from calls(call, path, code.count("\n", 0, start.start()) + 1)


def expression(code: str, start: int) -> ast.AST | None:
    """The call that begins at a position: up to the first closing bracket that makes it whole."""
    end = start
    while (end := code.find(")", end) + 1) > 0:
        try:
            return ast.parse(code[start:end].strip(), mode="eval")
        except SyntaxError:
            continue
    return None


def untranslated(merged: Collected, package: Path = PACKAGE) -> list[str]:
    """The texts of the program that the catalogue lacks."""
    missing: dict[Key, str] = {}
    for key, place in texts(package):
        if key[0] and not merged.catalogue.get(*key):
            missing.setdefault(key, place)
    return [f"{place}: {key[0]!r} is not translated" for key, place in missing.items()]


def main() -> None:
    """Build; with `check`, look for what is missing as well."""
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    if command not in {"build", "check"}:
        sys.exit(f"{__doc__}\nusage: translations.py build|check")
    merged = merge()
    problems = merged.problems + (untranslated(merged) if command == "check" else [])
    if not merged.problems:
        write(merged)
    for problem in problems:
        print(problem, file=sys.stderr)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
