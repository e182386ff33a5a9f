WITH "t6" AS (
  SELECT
    "t4"."order_id",
    "t4"."line_no",
    "t4"."product_id",
    "t4"."quantity_milli",
    "t4"."amount_minor",
    "t4"."cost_minor",
    "t5"."customer_id",
    "t5"."day",
    "t5"."kind",
    "t5"."channel",
    "t5"."place_id",
    "t5"."seller_id",
    "t5"."owner_id",
    "t5"."team_id",
    "t5"."order_minor",
    "t5"."order_firm"
  FROM (
    SELECT
      "t0"."order_id",
      "t0"."line_no",
      "t0"."product_id",
      "t0"."quantity_milli",
      "t0"."amount_minor",
      "t0"."cost_minor"
    FROM "fact_order_line" AS "t0"
  ) AS "t4"
  INNER JOIN (
    SELECT
      "t1"."order_id",
      "t1"."customer_id",
      "t1"."day",
      "t1"."kind",
      "t1"."channel",
      "t1"."place_id",
      "t1"."seller_id",
      "t1"."owner_id",
      "t1"."team_id",
      "t1"."amount_minor" AS "order_minor",
      "t1"."firm_minor" AS "order_firm"
    FROM "fact_order" AS "t1"
  ) AS "t5"
    ON "t4"."order_id" = "t5"."order_id"
)
SELECT
  "t13"."order_id",
  "t13"."line_no",
  "t13"."customer_id",
  "t13"."product_id",
  "t13"."day",
  "t13"."kind",
  "t13"."channel",
  "t13"."place_id",
  "t13"."seller_id",
  "t13"."quantity_milli",
  "t13"."amount_minor",
  "t13"."firm_minor",
  "t13"."cost_minor",
  "t13"."owner_id",
  "t13"."team_id"
FROM (
  SELECT
    *
  FROM (
    SELECT
      "t7"."order_id",
      "t7"."line_no",
      "t7"."product_id",
      "t7"."quantity_milli",
      "t7"."amount_minor",
      "t7"."cost_minor",
      "t7"."customer_id",
      "t7"."day",
      "t7"."kind",
      "t7"."channel",
      "t7"."place_id",
      "t7"."seller_id",
      "t7"."owner_id",
      "t7"."team_id",
      "t7"."order_minor",
      "t7"."order_firm",
      "t7"."amount_minor" AS "firm_minor"
    FROM "t6" AS "t7"
    WHERE
      "t7"."order_minor" = "t7"."order_firm"
  ) AS "t8"
  UNION ALL
  SELECT
    *
  FROM (
    SELECT
      "t11".*
      EXCLUDE ("after")
    FROM (
      SELECT
        "t10"."order_id",
        "t10"."line_no",
        "t10"."product_id",
        "t10"."quantity_milli",
        "t10"."amount_minor",
        "t10"."cost_minor",
        "t10"."customer_id",
        "t10"."day",
        "t10"."kind",
        "t10"."channel",
        "t10"."place_id",
        "t10"."seller_id",
        "t10"."owner_id",
        "t10"."team_id",
        "t10"."order_minor",
        "t10"."order_firm",
        "t10"."after",
        COALESCE(
          CAST(ROUND(
            (
              CAST("t10"."after" AS DOUBLE) * CAST("t10"."order_firm" AS DOUBLE)
            ) / CAST(NULLIF("t10"."order_minor", 0) AS DOUBLE),
            0
          ) AS BIGINT),
          0
        ) - COALESCE(
          CAST(ROUND(
            (
              CAST("t10"."after" - CAST("t10"."amount_minor" AS DECIMAL(38, 0)) AS DOUBLE) * CAST("t10"."order_firm" AS DOUBLE)
            ) / CAST(NULLIF("t10"."order_minor", 0) AS DOUBLE),
            0
          ) AS BIGINT),
          0
        ) AS "firm_minor"
      FROM (
        SELECT
          "t9"."order_id",
          "t9"."line_no",
          "t9"."product_id",
          "t9"."quantity_milli",
          "t9"."amount_minor",
          "t9"."cost_minor",
          "t9"."customer_id",
          "t9"."day",
          "t9"."kind",
          "t9"."channel",
          "t9"."place_id",
          "t9"."seller_id",
          "t9"."owner_id",
          "t9"."team_id",
          "t9"."order_minor",
          "t9"."order_firm",
          CAST(SUM("t9"."amount_minor") OVER (
            PARTITION BY "t9"."order_id"
            ORDER BY "t9"."line_no" ASC
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
          ) AS DECIMAL(38, 0)) AS "after"
        FROM (
          SELECT
            *
          FROM "t6" AS "t7"
          WHERE
            "t7"."order_minor" <> "t7"."order_firm"
        ) AS "t9"
      ) AS "t10"
    ) AS "t11"
  ) AS "t12"
) AS "t13"
