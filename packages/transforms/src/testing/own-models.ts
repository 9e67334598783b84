/** An own model by visitor with rows on days without events of the visitor, once there are several days, for tests. */
export const rowsOnOtherDays = {
	'models/visitors/reminders.sql': `-- @description Reminders for visitors: the more days before a day, the later is its reminder.
-- @grain site, visitor_id, day
-- @order site, visitor_id
-- @materialized incremental by visitor
-- @column site LowCardinality(String): Site key.
-- @column visitor_id UInt64: Pseudonymous visitor.
-- @column day Date: UTC day.
-- @column views UInt64: Page views of the day before.
SELECT site, visitor_id, day + nth_day - 1 AS day, views FROM {{int_shopping}}
`,
} as const;

/** Own models of each kind, which read models of this package and each other, for tests. */
export const ownModels = {
	'models/visitors/int_shopping.sql': `-- @description Views and adds to cart of a visitor on a day, with the number of the day among those of the visitor.
-- @grain site, visitor_id, day
-- @order site, visitor_id
-- @materialized incremental by visitor
-- @column site LowCardinality(String): Site key.
-- @column visitor_id UInt64: Pseudonymous visitor.
-- @column day Date: UTC day.
-- @column views UInt64: Page views.
-- @column adds UInt64: Adds to cart.
-- @column amount Decimal(38, 4): Sum of the prices.
-- @column nth_day UInt64 {>= 1}: Number of the day among the days of the visitor.
SELECT *, count() OVER (PARTITION BY site, visitor_id ORDER BY day ROWS UNBOUNDED PRECEDING) AS nth_day
FROM
(
    SELECT site, visitor_id, day, countIf(is_page_view) AS views, countIf(is_add_to_cart) AS adds, sum(amount) AS amount
    FROM {{stg_events}}
    GROUP BY site, visitor_id, day
)
`,
	'models/visitors/first_days.sql': `-- @description One row for each visitor, with the day of the first event.
-- @grain site, visitor_id
-- @order site, visitor_id
-- @materialized incremental by visitor
-- @column site LowCardinality(String): Site key.
-- @column visitor_id UInt64: Pseudonymous visitor.
-- @column day Date: First day with an event.
-- @column events UInt64 {>= 1}: Events of all days.
-- @column sessions UInt64: Sessions of all days.
SELECT site, visitor_id, min(day) AS day, sum(events) AS events, sum(sessions) AS sessions
FROM
(
    SELECT site, visitor_id, day, 1 AS events, 0 AS sessions FROM {{stg_events}}
    UNION ALL
    SELECT site, visitor_id, day, 0, 1 FROM {{sessions}}
)
GROUP BY site, visitor_id
`,
	'models/shopping_days.sql': `-- @description Views and adds to cart of a site on a day.
-- @grain site, day
-- @order site
-- @materialized incremental by partition
-- @column site LowCardinality(String): Site key.
-- @column day Date: UTC day.
-- @column views UInt64: Page views.
-- @column adds UInt64: Adds to cart.
-- @column visitors UInt64 {>= 1}: Visitors.
-- @column returning UInt64: Visitors whose first day was earlier.
-- @check returning <= visitors: each is a visitor
SELECT site, day, sum(views) AS views, sum(adds) AS adds, uniqExact(visitor_id) AS visitors, countIf(nth_day > 1) AS returning
FROM {{int_shopping}}
GROUP BY site, day
`,
	'models/shopping_weeks.sql': `-- @description Views of a site in a week.
-- @grain site, week
-- @order site
-- @materialized incremental by partition
-- @partition week
-- @column site LowCardinality(String): Site key.
-- @column week Date: Monday of the week.
-- @column views UInt64: Page views.
SELECT site, toMonday(day) AS week, sum(views) AS views FROM {{shopping_days}} GROUP BY site, week
`,
	'models/running_views.sql': `-- @description Page views of a day and the two days before it.
-- @grain site, day
-- @order site
-- @materialized incremental from partition, lookback 2 days
-- @column site LowCardinality(String): Site key.
-- @column day Date: UTC day.
-- @column views UInt64: Page views of three days.
SELECT site, day, sum(views) AS views
FROM (SELECT site, arrayJoin([day, day + 1, day + 2]) AS day, views FROM {{shopping_days}})
WHERE (site, day) IN (SELECT site, day FROM {{shopping_days}})
GROUP BY site, day
`,
	'models/shopping_now.sql': `-- @description Views of a site in all days.
-- @grain site
-- @order site
-- @materialized view
-- @column site LowCardinality(String): Site key.
-- @column views UInt64: Page views.
SELECT site, sum(views) AS views FROM {{shopping_days}} GROUP BY site
`,
	'tests/shopping_is_whole.sql': `-- Every page view is counted in both models.
SELECT site, day
FROM (SELECT site, day, toInt64(views) AS n FROM {{shopping_days}} UNION ALL SELECT site, day, -toInt64(page_views) FROM {{int_user_days}})
GROUP BY site, day
HAVING sum(n) != 0
`,
} as const;
