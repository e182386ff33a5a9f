SELECT
  *
FROM (
  SELECT
    "t1"."customer_id",
    MAX("t1"."day") AS "day"
  FROM (
    SELECT
      *
    FROM "fact_interaction" AS "t0"
    WHERE
      "t0"."day" <= MAKE_DATE(2026, 6, 30)
  ) AS "t1"
  GROUP BY
    1
) AS "t2"
ORDER BY
  "t2"."customer_id" ASC
