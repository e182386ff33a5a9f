SELECT
  *
FROM (
  SELECT
    "t0"."channel",
    COUNT(DISTINCT "t0"."order_id") AS "orders",
    COUNT(*) AS "lines",
    COALESCE(SUM("t0"."firm_minor"), 0) AS "amount",
    COALESCE(
      SUM("t0"."firm_minor" - "t0"."cost_minor") FILTER(WHERE
        "t0"."cost_minor" <> 0),
      0
    ) AS "margin"
  FROM "fact_order_line" AS "t0"
  GROUP BY
    1
) AS "t1"
ORDER BY
  "t1"."channel" ASC
