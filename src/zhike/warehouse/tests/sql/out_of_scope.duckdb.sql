SELECT
  COUNT(*) AS "rows"
FROM (
  SELECT
    *
  FROM (
    SELECT
      "t2"."order_id",
      "t2"."customer_id",
      "t2"."day",
      "t2"."kind",
      "t2"."channel",
      "t2"."place_id",
      "t2"."seller_id",
      "t2"."currency",
      "t2"."amount_minor",
      "t2"."firm_minor",
      "t2"."line_count",
      "t2"."owner_id",
      "t2"."team_id",
      "t4"."owner_now",
      "t4"."team_now"
    FROM "fact_order" AS "t2"
    INNER JOIN (
      SELECT
        "t1"."customer_id",
        "t1"."owner_id" AS "owner_now",
        "t1"."team_id" AS "team_now"
      FROM "dim_customer" AS "t1"
    ) AS "t4"
      ON "t2"."customer_id" = "t4"."customer_id"
  ) AS "t5"
  WHERE
    (
      "t5"."owner_id" <> "t5"."owner_now"
    )
    OR (
      "t5"."team_id" <> "t5"."team_now"
    )
) AS "t6"
