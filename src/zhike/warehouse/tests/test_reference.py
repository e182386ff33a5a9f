from pathlib import Path

import pytest

from zhike.warehouse import metrics, star

PAGE = Path(__file__).parents[4] / "docs" / "reference" / "warehouse.md"


@pytest.mark.skipif(not PAGE.exists(), reason="the documentation is not beside this installation")
def test_the_reference_describes_every_table_and_metric_as_it_is():
    text = PAGE.read_text(encoding="utf-8")
    assert text.endswith(star.as_markdown()), "write the tables anew: zhike.warehouse.star.as_markdown()"
    assert [name for name in metrics.__all__ if f"`{name}`" not in text] == []
