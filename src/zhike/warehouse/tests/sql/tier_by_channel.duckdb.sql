SELECT
  *
FROM (
  SELECT
    "t5"."tier",
    "t5"."channel",
    COUNT(DISTINCT "t5"."customer_id") AS "customers",
    COALESCE(SUM("t5"."firm_minor"), 0) AS "amount"
  FROM (
    SELECT
      "t2"."order_id",
      "t2"."line_no",
      "t2"."customer_id",
      "t2"."product_id",
      "t2"."day",
      "t2"."kind",
      "t2"."channel",
      "t2"."place_id",
      "t2"."seller_id",
      "t2"."quantity_milli",
      "t2"."amount_minor",
      "t2"."firm_minor",
      "t2"."cost_minor",
      "t2"."owner_id",
      "t2"."team_id",
      "t4"."tier"
    FROM "fact_order_line" AS "t2"
    INNER JOIN (
      SELECT
        "t1"."customer_id",
        "t1"."tier"
      FROM "fact_score" AS "t1"
    ) AS "t4"
      ON "t2"."customer_id" = "t4"."customer_id"
  ) AS "t5"
  GROUP BY
    1,
    2
) AS "t6"
ORDER BY
  "t6"."tier" ASC,
  "t6"."channel" ASC
