SELECT
  *
FROM (
  SELECT
    "t1"."team_id",
    "t1"."r",
    "t1"."f",
    "t1"."m",
    "t1"."rfm_cell",
    COUNT(*) AS "customers",
    COALESCE(SUM("t1"."amount_total"), 0) AS "amount",
    COALESCE(SUM("t1"."amount_12m"), 0) AS "amount_12m",
    COALESCE(SUM("t1"."value_12m"), 0) AS "value"
  FROM (
    SELECT
      *
    FROM "fact_score" AS "t0"
    WHERE
      "t0"."r" > 0
  ) AS "t1"
  GROUP BY
    1,
    2,
    3,
    4,
    5
) AS "t2"
ORDER BY
  "t2"."team_id" ASC,
  "t2"."r" ASC,
  "t2"."f" ASC,
  "t2"."m" ASC
