SELECT
  "t8"."order_id",
  "t8"."customer_id",
  "t8"."day",
  "t8"."kind",
  "t8"."channel",
  "t8"."place_id",
  "t8"."seller_id",
  "t8"."currency",
  "t8"."amount_minor",
  "t8"."firm_minor",
  "t8"."line_count",
  COALESCE("t8"."owner_id", 0) AS "owner_id",
  COALESCE("t8"."team_id", 0) AS "team_id"
FROM (
  SELECT
    "t7".*
    EXCLUDE ("customer_id_right")
  FROM (
    SELECT
      "t6"."order_id",
      "t6"."customer_id",
      "t6"."day",
      "t6"."kind",
      "t6"."channel",
      "t6"."place_id",
      "t6"."seller_id",
      "t6"."currency",
      "t6"."amount_minor",
      "t6"."firm_minor",
      "t6"."line_count",
      "t4"."customer_id" AS "customer_id_right",
      "t4"."owner_id",
      "t4"."team_id"
    FROM (
      SELECT
        "t2"."order_id",
        COALESCE("t2"."customer_id", 0) AS "customer_id",
        "t2"."day",
        "t2"."kind",
        "t2"."channel",
        COALESCE("t2"."place_id", 0) AS "place_id",
        COALESCE("t2"."seller_id", 0) AS "seller_id",
        "t2"."currency",
        "t2"."amount_minor",
        "t2"."firm_minor",
        "t2"."line_count"
      FROM (
        SELECT
          "t0".*
          EXCLUDE ("team_id", "owner_id")
        FROM "fact_order" AS "t0"
      ) AS "t2"
    ) AS "t6"
    LEFT OUTER JOIN (
      SELECT
        "t1"."customer_id",
        "t1"."owner_id",
        "t1"."team_id"
      FROM "dim_customer" AS "t1"
    ) AS "t4"
      ON "t6"."customer_id" = "t4"."customer_id"
  ) AS "t7"
) AS "t8"
