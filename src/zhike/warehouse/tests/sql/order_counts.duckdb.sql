SELECT
  *
FROM (
  SELECT
    "t1"."customer_id",
    COUNT(*) AS "orders"
  FROM (
    SELECT
      *
    FROM "fact_order" AS "t0"
    WHERE
      "t0"."customer_id" > 0
      AND "t0"."kind" = 'sale'
      AND "t0"."day" <= MAKE_DATE(2026, 6, 30)
  ) AS "t1"
  GROUP BY
    1
) AS "t2"
ORDER BY
  "t2"."customer_id" ASC
