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
      "t5"."order_id",
      "t5"."customer_id",
      "t5"."day",
      "t5"."kind",
      "t5"."channel",
      "t5"."place_id",
      "t5"."seller_id",
      "t5"."currency",
      "t5"."amount_minor",
      "t5"."firm_minor",
      "t5"."line_count",
      "t4"."customer_id" AS "customer_id_right",
      "t4"."owner_id",
      "t4"."team_id"
    FROM (
      SELECT
        "t0"."order_id",
        COALESCE("t0"."customer_id", 0) AS "customer_id",
        "t0"."day",
        "t0"."kind",
        "t0"."channel",
        COALESCE("t0"."place_id", 0) AS "place_id",
        COALESCE("t0"."seller_id", 0) AS "seller_id",
        "t0"."currency",
        "t0"."amount_minor",
        "t0"."firm_minor",
        "t0"."line_count"
      FROM "fact_order" AS "t0"
    ) AS "t5"
    LEFT OUTER JOIN (
      SELECT
        "t1"."customer_id",
        "t1"."owner_id",
        "t1"."team_id"
      FROM "dim_customer" AS "t1"
    ) AS "t4"
      ON "t5"."customer_id" = "t4"."customer_id"
  ) AS "t6"
) AS "t7"
