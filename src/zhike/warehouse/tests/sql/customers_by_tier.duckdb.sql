SELECT
  *
FROM (
  SELECT
    "t0"."team_id",
    "t0"."tier",
    COUNT(*) AS "customers",
    COALESCE(SUM("t0"."value_12m"), 0) AS "value",
    COALESCE(SUM("t0"."amount_12m"), 0) AS "amount_12m",
    COALESCE(SUM("t0"."margin_12m"), 0) AS "margin_12m"
  FROM "fact_score" AS "t0"
  GROUP BY
    1,
    2
) AS "t1"
ORDER BY
  "t1"."team_id" ASC,
  "t1"."tier" ASC
