SELECT
  "t7"."order_id",
  "t7"."customer_id",
  "t7"."day",
  "t7"."kind",
  "t7"."channel",
  "t7"."place_id",
  "t7"."seller_id",
  "t7"."currency",
  "t7"."amount_minor",
  "t7"."firm_minor",
  "t7"."line_count",
  COALESCE("t7"."owner_id", 0) AS "owner_id",
  COALESCE("t7"."team_id", 0) AS "team_id"
FROM (
  SELECT
    "t6".*
    EXCLUDE ("customer_id_right")
  FROM (
    SELECT
      "t4"."order_id",
      "t4"."customer_id",
      "t4"."day",
      "t4"."kind",
      "t4"."channel",
      "t4"."place_id",
      "t4"."seller_id",
      "t4"."currency",
      "t4"."amount_minor",
      "t4"."firm_minor",
      "t4"."line_count",
      "t5"."customer_id" AS "customer_id_right",
      "t5"."owner_id",
      "t5"."team_id"
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
        "t0"."line_count"
      FROM "fact_order" AS "t0"
    ) AS "t4"
    LEFT OUTER JOIN (
      SELECT
        "t1"."customer_id",
        "t1"."owner_id",
        "t1"."team_id"
      FROM "dim_customer" AS "t1"
    ) AS "t5"
      ON "t4"."customer_id" = "t5"."customer_id"
  ) AS "t6"
) AS "t7"
