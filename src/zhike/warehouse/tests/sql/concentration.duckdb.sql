SELECT
  *
FROM (
  SELECT
    "t1"."team_id",
    "t1"."step",
    COUNT(*) AS "customers",
    COALESCE(SUM("t1"."value_12m"), 0) AS "value"
  FROM (
    SELECT
      "t0"."run_id",
      "t0"."customer_id",
      "t0"."tier",
      "t0"."tier_proposal",
      "t0"."tier_before",
      "t0"."state",
      "t0"."r",
      "t0"."f",
      "t0"."m",
      "t0"."rfm_cell",
      "t0"."orders",
      "t0"."amount_total",
      "t0"."amount_12m",
      "t0"."margin_12m",
      "t0"."value_12m",
      "t0"."p_alive",
      "t0"."risk",
      "t0"."owner_id",
      "t0"."team_id",
      CASE
        WHEN "t0"."value_12m" > 0
        THEN CAST(FLOOR(LOG(CAST(GREATEST("t0"."value_12m", 1) AS DOUBLE)) * 24) AS BIGINT)
        ELSE -1
      END AS "step"
    FROM "fact_score" AS "t0"
    WHERE
      "t0"."r" > 0
  ) AS "t1"
  GROUP BY
    1,
    2
) AS "t2"
ORDER BY
  "t2"."team_id" ASC,
  "t2"."step" DESC
