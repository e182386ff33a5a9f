"""``zhike analyze``: what a plain transaction file tells about its customers; needs no database."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

SPEND = "gamma_gamma"


def command(  # noqa: PLR0913, PLR0917 - one parameter an option
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="CSV, xlsx or Parquet; same columns each.")
    ],
    customer: Annotated[
        str, typer.Option(metavar="COL", help="Column of the customer: a name or 1-based position.")
    ],
    date: Annotated[str, typer.Option(metavar="COL", help="Column of the date.")],
    amount: Annotated[
        str, typer.Option(metavar="COL", help="Column of the amount; negative is a refund.")
    ] = "",
    product: Annotated[str, typer.Option(metavar="COL", help="Column of the product.")] = "",
    quantity: Annotated[str, typer.Option(metavar="COL", help="Column of the quantity.")] = "",
    unit_price: Annotated[
        bool | None,
        typer.Option("--unit-price/--total", help="The amount is a price of one piece / the row's total."),
    ] = None,
    as_of: Annotated[
        str, typer.Option(metavar="DATE", help="Analyse as of this day (default: the last).")
    ] = "",
    holdout: Annotated[
        int, typer.Option(metavar="DAYS", min=0, help="Judge the forecasts on the last days.")
    ] = 0,
    models: Annotated[
        str, typer.Option(metavar="A,B", help="Of bg_nbd, mbg_nbd, pareto_nbd, gamma_gamma (default: all).")
    ] = "",
    header: Annotated[bool, typer.Option("--header/--no-header", help="The file has a row of names.")] = True,
    date_format: Annotated[
        str, typer.Option(help="iso, dmy, mdy, excel or a strptime pattern, where the dates need it.")
    ] = "",
    encoding: Annotated[str, typer.Option(help="Encoding of a text file, where it is not clear.")] = "",
    delimiter: Annotated[str, typer.Option(help="Delimiter of a text file, where it is not found.")] = "",
    sheet: Annotated[str, typer.Option(help="Sheet of a workbook (default: the first).")] = "",
    horizon: Annotated[int, typer.Option(metavar="DAYS", min=1, help="How far value looks ahead.")] = 365,
    risk: Annotated[
        int, typer.Option(metavar="DAYS", min=1, help="Risk is P(no purchase in so many days).")
    ] = 90,
    discount: Annotated[float, typer.Option(min=0, help="Discount a year: 0.10 is 10 %.")] = 0.10,
    margin: Annotated[float, typer.Option(min=0, help="Share of spending that counts as value.")] = 1.0,
    tiers: Annotated[str, typer.Option(help="Shares of value of A, B, C, D, in percent.")] = "50,30,15,5",
    bins: Annotated[int, typer.Option(min=2, max=9, help="RFM scores go from 1 to this.")] = 5,
    lang: Annotated[str, typer.Option(help="Language of the report: zh-hans or en.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    html: Annotated[Path | None, typer.Option(metavar="OUT", help="Write a report page.")] = None,
    scores: Annotated[
        Path | None, typer.Option(metavar="OUT.parquet", help="Write every customer's scores.")
    ] = None,
) -> None:
    """Analyse a transaction file: RFM, value, risk, next purchase, tiers, how wrong it would have been."""
    wanted = _models(models)
    with _clear_errors():
        from zhike.cli.analysis import ledger as ledgers
        from zhike.cli.analysis import run
        from zhike.core.imports.readers import ReadOptions

        settings = _settings(wanted, horizon, risk, holdout, discount, margin, tiers, bins)
        end_day = _day(as_of)
        language = _language(lang)
        _writable(html, scores)
        begin = time.perf_counter()
        ask = ledgers.Ask(customer, date, amount, product, quantity, unit_price, date_format)
        ledger = ledgers.read_ledger(files, ask, ReadOptions(encoding, _delimiter(delimiter), sheet, header))
        end = ledgers.cut_at(ledger, end_day)
        analysis = run.analyse(ledger, end, settings, time.perf_counter() - begin)
        _say(ledger, analysis)
        found = run.as_json(analysis, wanted=wanted)
        if scores:
            with _writing(scores):
                run.write_scores(analysis, scores)
        if html:
            from zhike.cli.report.page import write_report

            with _writing(html):
                write_report(analysis, found, html, files=[path.name for path in files], language=language)
    print(json.dumps(found, ensure_ascii=False, allow_nan=False) if as_json else run.in_words(analysis))


@contextlib.contextmanager
def _clear_errors() -> Iterator[None]:
    """One message and exit status 1 for whatever can be wrong with files; never a traceback."""
    from zhike.cli.analysis.ledger import LedgerProblem
    from zhike.core.imports.problems import FileProblem

    try:
        yield
    except (LedgerProblem, FileProblem) as problem:
        _fail(str(problem))
    except MemoryError:
        _fail("There is not enough memory for this file. Split it, or save it as Parquet with fewer columns.")
    except OSError as error:
        _fail(
            f"{error.filename or 'The file'}: {error.strerror or error}. Check the path and the free space."
        )


@contextlib.contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Name the file that could not be written."""
    try:
        yield
    except OSError as error:
        _fail(f"{path} cannot be written: {error.strerror or error}. Check the path and the free space.")


def _fail(message: str) -> None:
    print(f"zhike analyze: {message}", file=sys.stderr)
    raise typer.Exit(1)


def _models(text: str) -> tuple[str, ...]:
    known = ("bg_nbd", "mbg_nbd", "pareto_nbd", SPEND)
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    for name in names:
        if name not in known:
            raise typer.BadParameter(
                f"{name!r} is unknown; known are {', '.join(known)}", param_hint="--models"
            )
    return names or known


def _settings(
    wanted: tuple[str, ...],
    horizon: int,
    risk: int,
    holdout: int,
    discount: float,
    margin: float,
    tiers: str,
    bins: int,
) -> Any:
    from zhike.analytics import ScoreSettings

    try:
        shares = tuple(float(part) / 100 for part in tiers.split(","))
    except ValueError:
        shares = ()
    if len(shares) != 4:
        message = f"{tiers!r}: give four numbers, one for each of A, B, C, D"
        raise typer.BadParameter(message, param_hint="--tiers")
    try:
        return ScoreSettings(
            horizon_days=horizon,
            risk_days=risk,
            holdout_days=holdout,
            annual_discount=discount,
            margin=margin,
            tier_shares=shares,
            rfm_bins=bins,
            models=tuple(name for name in wanted if name != SPEND) or ("bg_nbd",),
        )
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--tiers, --discount or --margin") from None


def _day(text: str) -> dt.date | None:
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is no date; write it as 2024-03-08", param_hint="--as-of"
        ) from None


def _delimiter(text: str) -> str:
    named = {"tab": "\t", "\\t": "\t", "space": " "}.get(text, text)
    if len(named) > 1:
        raise typer.BadParameter(f"{text!r} is more than one character", param_hint="--delimiter")
    return named


def _language(text: str) -> str:
    """The stated language, else that of the environment."""
    stated = text.lower().replace("_", "-")
    if stated in {"zh-hans", "zh", "zh-cn", "en"}:
        return "en" if stated == "en" else "zh-hans"
    if stated:
        raise typer.BadParameter(f"{text!r} is unknown; known are zh-hans and en", param_hint="--lang")
    around = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh-hans" if around.lower().startswith("zh") else "en"


def _writable(*paths: Path | None) -> None:
    """Fail before the work rather than after it."""
    for path in filter(None, paths):
        if path.is_dir():
            _fail(f"{path} is a folder. Give the name of a file to write.")
        if not path.parent.is_dir():
            _fail(f"There is no folder {path.parent}. Make it, or write elsewhere.")


def _say(ledger: Any, analysis: Any) -> None:
    """Notes for the person at the terminal: what was left out and what was assumed."""
    from zhike.cli.analysis.cells import REASONS

    for note in ledger.notes:
        print(f"Note: {note}", file=sys.stderr)
    for reason, rows in ledger.skipped.most_common():
        row, value = ledger.examples.get(reason, (None, ""))
        where = f" (first in row {row}{f': {value!r}' if value else ''})" if row else ""
        print(f"Left out: {rows:,} rows, {REASONS.get(reason, reason)}{where}", file=sys.stderr)
    if analysis.compile_seconds > 8:
        print(
            f"Note: compiling took {analysis.compile_seconds:.1f} s, once on this machine; it is in no time.",
            file=sys.stderr,
        )


if __name__ == "__main__":
    typer.run(command)
