"""The numbers: RFM, models of buying and spending, tiers, next purchase – no Django, no database.

Arrays in, arrays out: one-dimensional NumPy arrays of equal length; time in weeks, days as day numbers
(`date.toordinal()`), money as floats in the firm's currency.

- `summarize`: transactions → frequency, recency, T, monetary of each customer.
- `RFM`, `RFM_CELLS`: scores, named cells, and what to do with each (as codes).
- `BGNBD`, `MBGNBD`, `ParetoNBD`: how often and how long customers buy; `GammaGamma`: for how much.
- `assign_tiers`, `TierRule`: A, B, C, D by share of value, with hysteresis.
- `PurchaseTiming`: the likely day of the next purchase.
- `backtest`: how wrong all this would have been.
- `score_customers`: all of it in one call; this is what a refresh uses. `ScoreResult` documents the arrays.

Estimators follow the usual convention: `fit` returns the model, learnt values end in an underscore.
Wrong input raises ValueError that names the argument and the first bad position.
"""

from zhike.analytics.backtest import Holdout, backtest
from zhike.analytics.bgnbd import BGNBD, MBGNBD
from zhike.analytics.buying import BuyingModel, NotFittedError
from zhike.analytics.card import describe
from zhike.analytics.catalogue import MODELS, buying_model
from zhike.analytics.gammagamma import GammaGamma
from zhike.analytics.paretonbd import ParetoNBD
from zhike.analytics.rfm import RFM, RFM_CELLS, RFMCell, RFMScores
from zhike.analytics.rule import PastRate
from zhike.analytics.score import BASES, ScoreResult, score_customers
from zhike.analytics.settings import ScoreSettings
from zhike.analytics.summary import Outcome, Summary, Transactions, summarize
from zhike.analytics.tiers import TIERS, TierResult, TierRule, assign_tiers, migration
from zhike.analytics.timing import NEXT_BASES, NextPurchase, PurchaseTiming
from zhike.analytics.warmup import compile_kernels

__all__ = [
    "BASES",
    "BGNBD",
    "MBGNBD",
    "MODELS",
    "NEXT_BASES",
    "RFM",
    "RFM_CELLS",
    "TIERS",
    "BuyingModel",
    "GammaGamma",
    "Holdout",
    "NextPurchase",
    "NotFittedError",
    "Outcome",
    "ParetoNBD",
    "PastRate",
    "PurchaseTiming",
    "RFMCell",
    "RFMScores",
    "ScoreResult",
    "ScoreSettings",
    "Summary",
    "TierResult",
    "TierRule",
    "Transactions",
    "assign_tiers",
    "backtest",
    "buying_model",
    "compile_kernels",
    "describe",
    "migration",
    "score_customers",
    "summarize",
]
