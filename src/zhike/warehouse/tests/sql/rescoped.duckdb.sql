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
      "t3"."order_id",
      "t3"."customer_id",
      "t3"."day",
      "t3"."kind",
      "t3"."channel",
      "t3"."place_id",
      "t3"."seller_id",
      "t3"."currency",
      "t3"."amount_minor",
      "t3"."firm_minor",
      "t3"."line_count",
      "t5"."customer_id" AS "customer_id_right",
      "t5"."owner_id",
      "t5"."team_id"
    FROM (
      SELECT
        "t0".*
        EXCLUDE ("team_id", "owner_id")
      FROM "fact_order" AS "t0"
    ) AS "t3"
    LEFT OUTER JOIN (
      SELECT
        "t1"."customer_id",
        "t1"."owner_id",
        "t1"."team_id"
      FROM "dim_customer" AS "t1"
    ) AS "t5"
      ON "t3"."customer_id" = "t5"."customer_id"
  ) AS "t6"
) AS "t7"
