"""Pure rules of the catalog slice."""

from __future__ import annotations

from zhike.values import names


def search_text(code: str, name: str) -> str:
    """Return the tokens by which a product is found: code, name, pinyin and initials, separated by blanks."""
    return " ".join(dict.fromkeys([code.casefold(), *names.search_tokens(name)]))
