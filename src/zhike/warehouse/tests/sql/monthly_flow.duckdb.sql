WITH "t8" AS (
  SELECT
    "t7"."customer_id",
    "t7"."day",
    "t7"."before",
    "t7"."after",
    "t2"."team_id",
    "t2"."lapsing_days",
    "t2"."lost_days"
  FROM (
    SELECT
      "t5"."customer_id",
      "t5"."day",
      LAG("t5"."day") OVER (
        PARTITION BY "t5"."customer_id"
        ORDER BY "t5"."day" ASC
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
      ) AS "before",
      LEAD("t5"."day") OVER (
        PARTITION BY "t5"."customer_id"
        ORDER BY "t5"."day" ASC
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
      ) AS "after"
    FROM (
      SELECT
        "t4"."customer_id",
        "t4"."day"
      FROM (
        SELECT
          "t3"."customer_id",
          "t3"."day",
          "t3"."sale",
          SUM("t3"."firm_minor") AS "amount_minor"
        FROM (
          SELECT
            "t1"."order_id",
            "t1"."customer_id",
            "t1"."day",
            "t1"."kind",
            "t1"."channel",
            "t1"."place_id",
            "t1"."seller_id",
            "t1"."currency",
            "t1"."amount_minor",
            "t1"."firm_minor",
            "t1"."line_count",
            "t1"."owner_id",
            "t1"."team_id",
            (
              "t1"."kind" = 'sale'
            ) AND (
              "t1"."firm_minor" >= 0
            ) AS "sale"
          FROM "fact_order" AS "t1"
          WHERE
            "t1"."customer_id" > 0
        ) AS "t3"
        GROUP BY
          1,
          2,
          3
      ) AS "t4"
      WHERE
        (
          "t4"."sale" OR (
            "t4"."amount_minor" < 0
          )
        )
        AND "t4"."amount_minor" >= 0
        AND "t4"."day" <= MAKE_DATE(2026, 6, 30)
      ORDER BY
        "t4"."customer_id" ASC,
        "t4"."day" ASC,
        "t4"."sale" DESC
    ) AS "t5"
  ) AS "t7"
  INNER JOIN "limits" AS "t2"
    ON "t7"."customer_id" = "t2"."customer_id"
)
SELECT
  *
FROM (
  SELECT
    "t36"."team_id",
    "t36"."month",
    "t36"."what",
    SUM("t36"."customers") AS "customers"
  FROM (
    SELECT
      *
    FROM (
      SELECT
        *
      FROM (
        SELECT
          *
        FROM (
          SELECT
            *
          FROM (
            SELECT
              *
            FROM (
              SELECT
                *
              FROM (
                SELECT
                  "t18"."team_id",
                  "t18"."month",
                  'new' AS "what",
                  "t18"."customers"
                FROM (
                  SELECT
                    "t11"."team_id",
                    (
                      (
                        CAST(EXTRACT(year FROM "t11"."day") AS BIGINT) * 12
                      ) + CAST(EXTRACT(month FROM "t11"."day") AS BIGINT)
                    ) - 1 AS "month",
                    COUNT(*) * 1 AS "customers"
                  FROM (
                    SELECT
                      "t9"."customer_id",
                      "t9"."day",
                      "t9"."before",
                      "t9"."after",
                      "t9"."team_id",
                      "t9"."lapsing_days",
                      "t9"."lost_days",
                      LEAST(
                        COALESCE("t9"."after", MAKE_DATE(9999, 1, 1)),
                        "t9"."day" + TO_DAYS("t9"."lapsing_days") + INTERVAL '1' DAY
                      ) AS "fades",
                      LEAST(
                        COALESCE("t9"."after", MAKE_DATE(9999, 1, 1)),
                        "t9"."day" + TO_DAYS("t9"."lost_days") + INTERVAL '1' DAY
                      ) AS "goes",
                      COALESCE("t9"."after", MAKE_DATE(9999, 1, 1)) AS "next_day"
                    FROM "t8" AS "t9"
                    WHERE
                      "t9"."before" IS NULL AND "t9"."day" <= MAKE_DATE(2026, 6, 30)
                  ) AS "t11"
                  GROUP BY
                    1,
                    2
                ) AS "t18"
              ) AS "t25"
              UNION ALL
              SELECT
                *
              FROM (
                SELECT
                  "t19"."team_id",
                  "t19"."month",
                  'returned' AS "what",
                  "t19"."customers"
                FROM (
                  SELECT
                    "t12"."team_id",
                    (
                      (
                        CAST(EXTRACT(year FROM "t12"."day") AS BIGINT) * 12
                      ) + CAST(EXTRACT(month FROM "t12"."day") AS BIGINT)
                    ) - 1 AS "month",
                    COUNT(*) * 1 AS "customers"
                  FROM (
                    SELECT
                      "t9"."customer_id",
                      "t9"."day",
                      "t9"."before",
                      "t9"."after",
                      "t9"."team_id",
                      "t9"."lapsing_days",
                      "t9"."lost_days",
                      LEAST(
                        COALESCE("t9"."after", MAKE_DATE(9999, 1, 1)),
                        "t9"."day" + TO_DAYS("t9"."lapsing_days") + INTERVAL '1' DAY
                      ) AS "fades",
                      LEAST(
                        COALESCE("t9"."after", MAKE_DATE(9999, 1, 1)),
                        "t9"."day" + TO_DAYS("t9"."lost_days") + INTERVAL '1' DAY
                      ) AS "goes",
                      COALESCE("t9"."after", MAKE_DATE(9999, 1, 1)) AS "next_day"
                    FROM "t8" AS "t9"
                    WHERE
                      DATE_DIFF('DAY', "t9"."before", "t9"."day") > "t9"."lost_days"
                      AND "t9"."day" <= MAKE_DATE(2026, 6, 30)
                  ) AS "t12"
                  GROUP BY
                    1,
                    2
                ) AS "t19"
              ) AS "t26"
            ) AS "t30"
            UNION ALL
            SELECT
              *
            FROM (
              SELECT
                "t23"."team_id",
                "t23"."month",
                'lost' AS "what",
                "t23"."customers"
              FROM (
                SELECT
                  "t16"."team_id",
                  (
                    (
                      CAST(EXTRACT(year FROM "t16"."goes") AS BIGINT) * 12
                    ) + CAST(EXTRACT(month FROM "t16"."goes") AS BIGINT)
                  ) - 1 AS "month",
                  COUNT(*) * 1 AS "customers"
                FROM (
                  SELECT
                    "t9"."customer_id",
                    "t9"."day",
                    "t9"."before",
                    "t9"."after",
                    "t9"."team_id",
                    "t9"."lapsing_days",
                    "t9"."lost_days",
                    LEAST(
                      COALESCE("t9"."after", MAKE_DATE(9999, 1, 1)),
                      "t9"."day" + TO_DAYS("t9"."lapsing_days") + INTERVAL '1' DAY
                    ) AS "fades",
                    LEAST(
                      COALESCE("t9"."after", MAKE_DATE(9999, 1, 1)),
                      "t9"."day" + TO_DAYS("t9"."lost_days") + INTERVAL '1' DAY
                    ) AS "goes",
                    COALESCE("t9"."after", MAKE_DATE(9999, 1, 1)) AS "next_day"
                  FROM "t8" AS "t9"
                  WHERE
                    LEAST(
                      COALESCE("t9"."after", MAKE_DATE(9999, 1, 1)),
                      "t9"."day" + TO_DAYS("t9"."lost_days") + INTERVAL '1' DAY
                    ) < COALESCE("t9"."after", MAKE_DATE(9999, 1, 1))
                    AND LEAST(
                      COALESCE("t9"."after", MAKE_DATE(9999, 1, 1)),
                      "t9"."day" + TO_DAYS("t9"."lost_days") + INTERVAL '1' DAY
                    ) <= MAKE_DATE(2026, 6, 30)
                ) AS "t16"
                GROUP BY
                  1,
                  2
              ) AS "t23"
            ) AS "t31"
          ) AS "t32"
          UNION ALL
          SELECT
            *
          FROM (
            SELECT
              "t17"."team_id",
              "t17"."month",
              'bought' AS "what",
              "t17"."customers"
            FROM (
              SELECT
                "t10"."team_id",
                (
                  (
                    CAST(EXTRACT(year FROM "t10"."day") AS BIGINT) * 12
                  ) + CAST(EXTRACT(month FROM "t10"."day") AS BIGINT)
                ) - 1 AS "month",
                COUNT(*) * 1 AS "customers"
              FROM (
                SELECT
                  "t9"."customer_id",
                  "t9"."day",
                  "t9"."before",
                  "t9"."after",
                  "t9"."team_id",
                  "t9"."lapsing_days",
                  "t9"."lost_days",
                  LEAST(
                    COALESCE("t9"."after", MAKE_DATE(9999, 1, 1)),
                    "t9"."day" + TO_DAYS("t9"."lapsing_days") + INTERVAL '1' DAY
                  ) AS "fades",
                  LEAST(
                    COALESCE("t9"."after", MAKE_DATE(9999, 1, 1)),
                    "t9"."day" + TO_DAYS("t9"."lost_days") + INTERVAL '1' DAY
                  ) AS "goes",
                  COALESCE("t9"."after", MAKE_DATE(9999, 1, 1)) AS "next_day"
                FROM "t8" AS "t9"
                WHERE
                  "t9"."day" <= MAKE_DATE(2026, 6, 30)
              ) AS "t10"
              GROUP BY
                1,
                2
            ) AS "t17"
          ) AS "t24"
        ) AS "t33"
        UNION ALL
        SELECT
          *
        FROM (
          SELECT
            "t21"."team_id",
            "t21"."month",
            'bought' AS "what",
            "t21"."customers"
          FROM (
            SELECT
              "t14"."team_id",
              (
                (
                  CAST(EXTRACT(year FROM "t14"."fades") AS BIGINT) * 12
                ) + CAST(EXTRACT(month FROM "t14"."fades") AS BIGINT)
              ) - 1 AS "month",
              COUNT(*) * -1 AS "customers"
            FROM (
              SELECT
                "t9"."customer_id",
                "t9"."day",
                "t9"."before",
                "t9"."after",
                "t9"."team_id",
                "t9"."lapsing_days",
                "t9"."lost_days",
                LEAST(
                  COALESCE("t9"."after", MAKE_DATE(9999, 1, 1)),
                  "t9"."day" + TO_DAYS("t9"."lapsing_days") + INTERVAL '1' DAY
                ) AS "fades",
                LEAST(
                  COALESCE("t9"."after", MAKE_DATE(9999, 1, 1)),
                  "t9"."day" + TO_DAYS("t9"."lost_days") + INTERVAL '1' DAY
                ) AS "goes",
                COALESCE("t9"."after", MAKE_DATE(9999, 1, 1)) AS "next_day"
              FROM "t8" AS "t9"
              WHERE
                LEAST(
                  COALESCE("t9"."after", MAKE_DATE(9999, 1, 1)),
                  "t9"."day" + TO_DAYS("t9"."lapsing_days") + INTERVAL '1' DAY
                ) <= MAKE_DATE(2026, 6, 30)
            ) AS "t14"
            GROUP BY
              1,
              2
          ) AS "t21"
        ) AS "t28"
      ) AS "t34"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          "t20"."team_id",
          "t20"."month",
          'lapsing' AS "what",
          "t20"."customers"
        FROM (
          SELECT
            "t13"."team_id",
            (
              (
                CAST(EXTRACT(year FROM "t13"."fades") AS BIGINT) * 12
              ) + CAST(EXTRACT(month FROM "t13"."fades") AS BIGINT)
            ) - 1 AS "month",
            COUNT(*) * 1 AS "customers"
          FROM (
            SELECT
              "t9"."customer_id",
              "t9"."day",
              "t9"."before",
              "t9"."after",
              "t9"."team_id",
              "t9"."lapsing_days",
              "t9"."lost_days",
              LEAST(
                COALESCE("t9"."after", MAKE_DATE(9999, 1, 1)),
                "t9"."day" + TO_DAYS("t9"."lapsing_days") + INTERVAL '1' DAY
              ) AS "fades",
              LEAST(
                COALESCE("t9"."after", MAKE_DATE(9999, 1, 1)),
                "t9"."day" + TO_DAYS("t9"."lost_days") + INTERVAL '1' DAY
              ) AS "goes",
              COALESCE("t9"."after", MAKE_DATE(9999, 1, 1)) AS "next_day"
            FROM "t8" AS "t9"
            WHERE
              LEAST(
                COALESCE("t9"."after", MAKE_DATE(9999, 1, 1)),
                "t9"."day" + TO_DAYS("t9"."lapsing_days") + INTERVAL '1' DAY
              ) < COALESCE("t9"."after", MAKE_DATE(9999, 1, 1))
              AND LEAST(
                COALESCE("t9"."after", MAKE_DATE(9999, 1, 1)),
                "t9"."day" + TO_DAYS("t9"."lapsing_days") + INTERVAL '1' DAY
              ) <= MAKE_DATE(2026, 6, 30)
          ) AS "t13"
          GROUP BY
            1,
            2
        ) AS "t20"
      ) AS "t27"
    ) AS "t35"
    UNION ALL
    SELECT
      *
    FROM (
      SELECT
        "t22"."team_id",
        "t22"."month",
        'lapsing' AS "what",
        "t22"."customers"
      FROM (
        SELECT
          "t15"."team_id",
          (
            (
              CAST(EXTRACT(year FROM "t15"."goes") AS BIGINT) * 12
            ) + CAST(EXTRACT(month FROM "t15"."goes") AS BIGINT)
          ) - 1 AS "month",
          COUNT(*) * -1 AS "customers"
        FROM (
          SELECT
            "t9"."customer_id",
            "t9"."day",
            "t9"."before",
            "t9"."after",
            "t9"."team_id",
            "t9"."lapsing_days",
            "t9"."lost_days",
            LEAST(
              COALESCE("t9"."after", MAKE_DATE(9999, 1, 1)),
              "t9"."day" + TO_DAYS("t9"."lapsing_days") + INTERVAL '1' DAY
            ) AS "fades",
            LEAST(
              COALESCE("t9"."after", MAKE_DATE(9999, 1, 1)),
              "t9"."day" + TO_DAYS("t9"."lost_days") + INTERVAL '1' DAY
            ) AS "goes",
            COALESCE("t9"."after", MAKE_DATE(9999, 1, 1)) AS "next_day"
          FROM "t8" AS "t9"
          WHERE
            LEAST(
              COALESCE("t9"."after", MAKE_DATE(9999, 1, 1)),
              "t9"."day" + TO_DAYS("t9"."lapsing_days") + INTERVAL '1' DAY
            ) < COALESCE("t9"."after", MAKE_DATE(9999, 1, 1))
            AND LEAST(
              COALESCE("t9"."after", MAKE_DATE(9999, 1, 1)),
              "t9"."day" + TO_DAYS("t9"."lost_days") + INTERVAL '1' DAY
            ) <= MAKE_DATE(2026, 6, 30)
        ) AS "t15"
        GROUP BY
          1,
          2
      ) AS "t22"
    ) AS "t29"
  ) AS "t36"
  GROUP BY
    1,
    2,
    3
) AS "t37"
ORDER BY
  "t37"."team_id" ASC,
  "t37"."month" ASC,
  "t37"."what" ASC
