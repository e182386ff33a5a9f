SELECT
  *
FROM (
  SELECT
    "t0"."team_id",
    "t0"."tier_before",
    "t0"."tier",
    COUNT(*) AS "customers"
  FROM "fact_score" AS "t0"
  GROUP BY
    1,
    2,
    3
) AS "t1"
ORDER BY
  "t1"."team_id" ASC,
  "t1"."tier_before" ASC,
  "t1"."tier" ASC
