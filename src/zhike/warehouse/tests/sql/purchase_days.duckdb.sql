SELECT
  "t2"."customer_id",
  "t2"."day",
  "t2"."amount_minor"
FROM (
  SELECT
    "t1"."customer_id",
    "t1"."day",
    "t1"."sale",
    SUM("t1"."firm_minor") AS "amount_minor"
  FROM (
    SELECT
      "t0"."order_id",
      "t0"."customer_id",
      "t0"."day",
      "t0"."kind",
      "t0"."channel",
      "t0"."place_id",
      "t0"."seller_id",
      "t0"."currency",
      "t0"."amount_minor",
      "t0"."firm_minor",
      "t0"."line_count",
      "t0"."owner_id",
      "t0"."team_id",
      (
        "t0"."kind" = 'sale'
      ) AND (
        "t0"."firm_minor" >= 0
      ) AS "sale"
    FROM "fact_order" AS "t0"
    WHERE
      "t0"."customer_id" > 0
  ) AS "t1"
  GROUP BY
    1,
    2,
    3
) AS "t2"
WHERE
  "t2"."sale" OR (
    "t2"."amount_minor" < 0
  )
ORDER BY
  "t2"."customer_id" ASC,
  "t2"."day" ASC,
  "t2"."sale" DESC
