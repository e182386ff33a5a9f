SELECT
  "t4"."orders",
  "t4"."firm_minor",
  "t5"."lines",
  "t5"."amount_minor",
  "t5"."line_firm_minor",
  "t5"."cost_minor"
FROM (
  SELECT
    COUNT(*) AS "orders",
    COALESCE(SUM("t0"."firm_minor"), 0) AS "firm_minor"
  FROM "fact_order" AS "t0"
) AS "t4"
CROSS JOIN (
  SELECT
    COUNT(*) AS "lines",
    COALESCE(SUM("t1"."amount_minor"), 0) AS "amount_minor",
    COALESCE(SUM("t1"."firm_minor"), 0) AS "line_firm_minor",
    COALESCE(SUM("t1"."cost_minor"), 0) AS "cost_minor"
  FROM "fact_order_line" AS "t1"
) AS "t5"
