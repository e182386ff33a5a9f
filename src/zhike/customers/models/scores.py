"""What the loop found out about each customer; rebuilt and swapped in as a whole."""

from __future__ import annotations

from django.db import models

from zhike.customers.models.customer import Customer


class Score(models.Model):
    """One row a customer, repeated owner and team for the list's indexes; every sort key is NOT NULL.

    A new customer gets a row of defaults at once; :func:`zhike.customers.actions.publish_scores` replaces the
    table. Amounts are minor units of the firm's currency. ``risk`` is P(no purchase in the next 90 days),
    in 0..1; ``value_12m`` the discounted expected value of the next twelve months, ``value_low`` and
    ``value_high`` its 80 % interval. ``tier`` is A..D, "" while nothing is known; far dates mean "none".
    """

    customer = models.OneToOneField(
        Customer, primary_key=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="score"
    )
    owner_id = models.BigIntegerField(null=True)
    team_id = models.BigIntegerField(null=True)
    name_key = models.CharField(max_length=250, default="")
    tier = models.CharField(max_length=1, default="", blank=True)
    tier_pending = models.CharField(max_length=1, default="", blank=True)
    r = models.SmallIntegerField(default=0)
    f = models.SmallIntegerField(default=0)
    m = models.SmallIntegerField(default=0)
    rfm_cell = models.CharField(max_length=24, default="", blank=True)
    state = models.CharField(max_length=12, default="prospect")
    orders = models.IntegerField(default=0)
    amount_total = models.BigIntegerField(default=0)
    amount_12m = models.BigIntegerField(default=0)
    margin_12m = models.BigIntegerField(default=0)
    first_purchase = models.DateField(default="9999-12-31")
    last_purchase = models.DateField(default="1900-01-01")
    mean_gap_days = models.FloatField(default=0)
    value_12m = models.BigIntegerField(default=0)
    value_low = models.BigIntegerField(default=0)
    value_high = models.BigIntegerField(default=0)
    expected_orders_12m = models.FloatField(default=0)
    expected_spend = models.BigIntegerField(default=0)
    p_alive = models.FloatField(default=0)
    risk = models.FloatField(default=0)
    risk_before = models.FloatField(default=0)
    next_purchase = models.DateField(default="9999-12-31")
    next_low = models.DateField(default="9999-12-31")
    next_high = models.DateField(default="9999-12-31")
    basis = models.CharField(max_length=16, default="none")
    last_contact = models.DateField(default="1900-01-01")
    run_id = models.BigIntegerField(default=0)

    class Meta:
        indexes = (
            models.Index(fields=["value_12m", "customer"], name="score_value"),
            models.Index(fields=["owner_id", "value_12m", "customer"], name="score_owner_value"),
            models.Index(fields=["team_id", "value_12m", "customer"], name="score_team_value"),
            models.Index(fields=["last_purchase", "customer"], name="score_last"),
            models.Index(fields=["owner_id", "last_purchase", "customer"], name="score_owner_last"),
            models.Index(fields=["team_id", "last_purchase", "customer"], name="score_team_last"),
            models.Index(fields=["risk", "customer"], name="score_risk"),
            models.Index(fields=["owner_id", "risk", "customer"], name="score_owner_risk"),
            models.Index(fields=["team_id", "risk", "customer"], name="score_team_risk"),
            models.Index(fields=["next_purchase", "customer"], name="score_next"),
            models.Index(fields=["owner_id", "next_purchase", "customer"], name="score_owner_next"),
            models.Index(fields=["team_id", "next_purchase", "customer"], name="score_team_next"),
        )

    def __str__(self) -> str:
        return f"score of {self.customer_id}"
