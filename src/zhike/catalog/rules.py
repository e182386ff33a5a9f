"""Pure rules of the catalog slice."""

from __future__ import annotations

import re
from typing import Final

from zhike.values import names

_UNITS: Final = "kg g mg ml l 公斤 千克 毫升 斤 克 升 只 个 块 盆 包 袋 盒 瓶 罐 桶 支 片 条 张 枚"
_PACK: Final = re.compile(
    rf"[\s\u3000]*[(\uff08]?\d+(?:\.\d+)?\s*(?:{'|'.join(_UNITS.split())})[)\uff09]?$", re.IGNORECASE
)


def search_text(code: str, name: str) -> str:
    """Return the tokens by which a product is found: code, name, pinyin and initials, separated by blanks."""
    return " ".join(dict.fromkeys([code.casefold(), *names.search_tokens(name)]))


def everyday_name(name: str) -> str:
    """Return a product's name as one says it: without the size of the pack, and not in capitals throughout.

    五常大米 10kg → 五常大米; SET OF 3 CAKE TINS → set of 3 cake tins. A name that is nothing but a size or a
    code stays as it is.
    """
    said = _PACK.sub("", name).rstrip() or name
    return said.lower() if " " in said and said.isascii() and said.isupper() else said
