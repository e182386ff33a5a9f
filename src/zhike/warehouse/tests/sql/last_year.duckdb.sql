SELECT
  "t2"."customer_id",
  "t2"."amount_12m",
  "t2"."known" + CAST(ROUND((
    "t2"."unknown" * 30
  ) / 100, 0) AS BIGINT) AS "margin_12m"
FROM (
  SELECT
    "t1"."customer_id",
    SUM("t1"."firm_minor") AS "amount_12m",
    COALESCE(
      SUM("t1"."firm_minor" - "t1"."cost_minor") FILTER(WHERE
        "t1"."cost_minor" <> 0),
      0
    ) AS "known",
    COALESCE(SUM("t1"."firm_minor") FILTER(WHERE
      "t1"."cost_minor" = 0), 0) AS "unknown"
  FROM (
    SELECT
      *
    FROM "fact_order_line" AS "t0"
    WHERE
      "t0"."customer_id" > 0
      AND "t0"."day" > MAKE_DATE(2025, 6, 30)
      AND "t0"."day" <= MAKE_DATE(2026, 6, 30)
  ) AS "t1"
  GROUP BY
    1
) AS "t2"
ORDER BY
  "t2"."customer_id" ASC
