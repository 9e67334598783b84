// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are pieces of source text.
const stg = 'models/1_staging/stg_events.sql';
const pieces = 'models/2_intermediate/int_visit_pieces.sql';
const visits = 'models/2_intermediate/int_visits.sql';
const days = 'models/2_intermediate/int_user_days.sql';
const presence = 'models/2_intermediate/int_presence_days.sql';
const sessions = 'models/3_marts/sessions.sql';
const funnelSteps = 'models/3_marts/funnel_steps.sql';
const goalDays = 'models/3_marts/goal_days.sql';
const definitionMacros = 'src/compile/definition-macros.ts';
const activeDays = 'models/2_intermediate/int_activity_days.sql';
const activity = 'models/3_marts/users_activity.sql';
const retention = 'models/3_marts/retention.sql';
const reports = 'models/2_intermediate/int_order_reports.sql';
const refunds = 'models/3_marts/refunds.sql';
const orderDays = 'models/3_marts/order_days.sql';
const precedence = 'models/macros/order_precedence.sql';
const orderSql = 'src/make/statements/order-sql.ts';
const experiments = 'models/3_marts/experiment_visitors.sql';
const experimentMacros = 'src/compile/experiment-macros.ts';
const ofOrders = 'packages/transforms/src/orders.test.ts';
const runSql = 'src/make/statements/run-sql.ts';
const ownSql = 'src/make/own/own-sql.ts';
const visitorDays = 'src/make/own/visitor-days.ts';

/**
 * Bugs that a developer could write into the transforms: in `file`, `to` replaces the only occurrence of `from`. The
 * property test of the recount must catch them, or else `test`, for what no random history does: events that arrive
 * during a run, statements that fail, and files that change.
 *
 * @type {readonly { name: string, file: string, from: string, to: string, test?: string }[]}
 */
export const bugs = [
	// Goals and funnels.
	{
		name: 'the window of a funnel is a millisecond shorter',
		file: definitionMacros,
		from: 'hit.ms + 1 - start <= window_ms',
		to: 'hit.ms + 1 - start < window_ms',
	},
	{
		name: 'one event is two steps of a funnel',
		file: definitionMacros,
		from: 'near, arrayPopBack(arrayPushFront(${before}, 0)))`',
		to: 'near, ${before})`',
	},
	{
		name: 'the steps of a funnel are taken in any order',
		file: definitionMacros,
		from: 'near, arrayPopBack(arrayPushFront(${before}, 0)))`',
		to: 'near, arrayReverseFill(start -> start != 0, starts_${step - 1}))`',
	},
	{
		name: 'a funnel counts from the earliest first step of a day',
		file: definitionMacros,
		from: "? 'arrayMap(hit -> if(bitTest(hit.steps, 0) AND hit.day = started_on, hit.ms + 1, 0), near)'",
		to: "? 'arrayMap(hit -> if(bitTest(hit.steps, 0) AND hit.day = started_on, near[1].ms + 1, 0), near)'",
	},
	{
		name: 'a funnel ends at midnight',
		file: funnelSteps,
		from: 'BETWEEN 0 AND intDiv(window_ms, 86400000) + 1',
		to: '= 0',
	},
	{
		name: 'a run does not read the visits within the window of a funnel',
		file: definitionMacros,
		from: 'String(Math.ceil(windowMsMax / 86_400_000))',
		to: "'0'",
	},
	{
		name: 'a run reads the published hits of days that it recomputes',
		file: funnelSteps,
		from: '(hit.is_recomputed OR hit.day < first_recomputed)',
		to: 'true',
	},
	{
		name: 'bots take the steps of funnels',
		file: funnelSteps,
		from: 'NOT hit.is_bot AND ',
		to: '',
	},
	{
		name: 'a visitor with two sessions is two visitors of a goal',
		file: goalDays,
		from: 'uniqExact(visitor_id) AS visitors',
		to: 'uniqExact(visitor_id, session_started_at) AS visitors',
	},
	{
		name: 'a session with a goal in two currencies is two sessions of the goal',
		file: goalDays,
		from: 'uniqExact(visitor_id, session_started_at) AS sessions',
		to: 'count() AS sessions',
	},
	{
		name: 'a session after midnight forgets its goals',
		file: sessions,
		from: '(sumMap(visit.goal_sums.key, visit.goal_sums.conversions, visit.goal_sums.value) AS goals_by_key).1',
		to: '(anyLast(visit.goal_sums) AS goals_by_key).1',
	},
	// Orders and refunds.
	{
		name: 'refunds of one order are one refund',
		file: refunds,
		from: "if(told.refund_id = '', toString(event_id), told.refund_id) AS refund_id",
		to: "'one' AS refund_id",
		test: ofOrders,
	},
	{
		name: 'the last receipt of an order counts',
		file: precedence,
		from: '$received_at, $event_id)',
		to: '-toUnixTimestamp64Milli($received_at), $event_id)',
	},
	{
		name: 'a page counts before a server',
		file: precedence,
		from: "$source = 'server', 0, $source = 'page', 1",
		to: "$source = 'page', 0, $source = 'server', 1",
		test: ofOrders,
	},
	{
		name: 'a refund lowers the day of its order',
		file: orderDays,
		from: 'FROM {{refunds}}',
		to: 'FROM (SELECT * REPLACE (order_day AS day) FROM {{refunds}} AS refund INNER JOIN (SELECT site, order_id, day AS order_day FROM {{orders}}) AS known USING (site, order_id))',
		test: ofOrders,
	},
	{
		name: 'the sums of order_days are those of all currencies',
		file: orderDays,
		from: "        currency,\n        'order' AS kind,",
		to: "        'EUR' AS currency,\n        'order' AS kind,",
	},
	{
		name: 'the reports of an order that earlier runs have read are lost',
		file: orderSql,
		from: 'isOfOrders ? `run = ${run}`',
		to: 'isOfOrders || change !== undefined ? `run = ${run}`',
		test: ofOrders,
	},
	{
		name: 'other orders of a changed day are lost',
		file: orderSql,
		from: ' AND (site, order_id) NOT IN ${scope.change.among}',
		to: ' AND false',
		test: ofOrders,
	},
	{
		name: 'an order whose only report now tells of another one stays',
		file: orderSql,
		from: '${made} UNION ALL ${old}',
		to: '${made}',
		test: ofOrders,
	},
	{
		name: 'a run without new orders leaves the sessions of orders as they were',
		file: 'src/make/few-events.ts',
		from: '} else if (hasKnown) uncertain',
		to: '} else if (hasKnown && false) uncertain',
		test: ofOrders,
	},
	{
		name: 'known orders of a visitor with a new one are taken for those of others',
		file: 'src/make/few-events.ts',
		from: 'if (!isAll && !hasKnown) fresh',
		to: 'if (!isAll) fresh',
	},
	{
		name: 'a refund before its order is lost',
		file: refunds,
		from: 'LEFT JOIN counted',
		to: 'INNER JOIN counted',
		test: ofOrders,
	},
	{
		name: 'a receipt that does not count tells of an order',
		file: 'src/compile/read-model.ts',
		from: '`{{wanted}} AND (${events})`',
		to: '`{{wanted}} AND (${events} OR true)`',
	},
	{
		name: 'a refund in another currency is subtracted',
		file: refunds,
		from: 'has_order AND NOT is_other_currency AND NOT first.6 AS',
		to: 'has_order AND NOT first.6 AS',
		test: ofOrders,
	},
	{
		name: 'the order of a server in the visit of a bot is that of a bot',
		file: reports,
		from: "session.is_bot AND report.told.source != 'server'",
		to: 'session.is_bot',
		test: ofOrders,
	},
	{
		name: 'a run does not look for the earlier days of a changed order',
		file: orderSql,
		from: "AND (run = ${run} OR ${seenCondition(ranges, reports.partition, 'all')})",
		to: 'AND (run = ${run} OR ${seenCondition(ranges, reports.partition, changed)})',
		test: ofOrders,
	},
	{
		name: 'a run leaves the visitor of an order as it was when its user was seen with another one',
		file: 'src/make/orders.ts',
		from: 'return hasRows ? following.follows?.model : undefined;',
		to: 'return hasRows ? undefined : undefined;',
		test: ofOrders,
	},
	{
		name: 'an order is that of a visitor who is seen with its user only after it',
		file: 'models/2_intermediate/int_order_visitors.sql',
		from: 'WHERE visit.first_at <= unnamed.first.1',
		to: 'WHERE visit.first_at != unnamed.first.1',
		test: ofOrders,
	},
	{
		name: 'refunds of changed orders are taken for missing',
		file: orderSql,
		from: '(kinds[i] === 1 ? [] : [name])',
		to: '(kinds[i] === 7 ? [] : [name])',
		test: ofOrders,
	},
	{
		name: 'repeated reports of an order of a page are further orders of its visitor',
		file: reports,
		from: 'uniqExactIf(report.order_id, is_of_page)',
		to: 'countIf(is_of_page)',
		test: ofOrders,
	},
	// Own models.
	{
		name: 'an own model loses the rows of other visitors on a day that changes',
		file: ownSql,
		from: 'AND (site, visitor_id) NOT IN ${changedVisitors(run)}`;\n}',
		to: 'AND false`;\n}',
	},
	{
		name: 'a day from which an own model has lost all rows of a visitor does not change',
		file: ownSql,
		from: "isWhole ? '' : ` UNION ALL ${old}`",
		to: "isWhole ? '' : ''",
	},
	{
		name: 'an own model by visitor sees the new events only',
		file: ownSql,
		from: "withPresentEvents(read.sql, scope, isWhole ? 'true' : changed(run))",
		to: "withPresentEvents(read.sql, scope, isWhole ? 'true' : `${changed(run)} AND received_at > (SELECT max(published_at) FROM transform_runs)`)",
	},
	{
		name: 'an own model reads events that arrived after the run was planned',
		file: runSql,
		from: '${scope.present} AND ${eventsCondition(scope)}',
		to: '${eventsCondition(scope)}',
		test: 'packages/transforms/src/own.test.ts',
	},
	{
		name: 'an own model that has failed goes on from its earlier rows',
		file: 'src/plan/own.ts',
		from: "<= nowUs ? 'rebuild' : 'wait'",
		to: "<= nowUs ? 'follow' : 'wait'",
		test: 'packages/transforms/src/plan/own.test.ts',
	},
	{
		name: 'an own model goes on from rows of another version of one that it reads',
		file: 'src/compile/own/compile-own.ts',
		from: 'checksumOf([ownGeneration, definition, upstream, tests])',
		to: 'checksumOf([ownGeneration, definition, tests])',
		test: 'packages/transforms/src/compile/own/compile-own.test.ts',
	},
	{
		name: 'a model that is held shows rows of this run',
		file: 'src/make/own/make-own.ts',
		from: '	work.changedNow.delete(name);\n	work.all[name] = work.published[name] ?? [];',
		to: '	work.changedNow.delete(name);\n	work.all[name] = [];',
	},
	{
		name: 'an own model that is computed anew keeps its earlier days',
		file: 'src/make/own/make-own.ts',
		from: 'replacePartitions(isWhole ? [] : (work.published[name] ?? [])',
		to: 'replacePartitions(work.published[name] ?? []',
	},
	{
		name: 'the rows of own models that readers see are collected as garbage',
		file: 'src/store/garbage.ts',
		from: '&& !current.has(name) && !keys.has(name)',
		to: '&& !keys.has(name.slice(4))',
	},
	{
		name: 'an own model looks for earlier rows of a visitor only on the days that the visitor has now',
		file: visitorDays,
		from: '[before, next].map(',
		to: '[next].map(',
	},
	{
		name: 'an own model looks for earlier rows of a visitor only on the days that the visitor had before',
		file: visitorDays,
		from: '[before, next].map(',
		to: '[before].map(',
	},
	{
		name: 'rows of an own model on other days than those of their visitors are taken for rows on these',
		file: 'src/make/own/make-own-visitors.ts',
		from: '(isWhole || wasOnDays) && (await isOnDays(work, model, isWhole))',
		to: 'true',
	},
	{
		name: 'a run that follows does not look whether rows of an own model are on days of their visitors',
		file: 'src/make/own/make-own-visitors.ts',
		from: 'if (!isWhole && visitorDays === undefined) return false;',
		to: 'if (!isWhole) return true;',
	},
	{
		name: 'an own model reads the sessions of the last days of a visitor only',
		file: visitorDays,
		from: "partition === 'week' ? weeksOf(days) : days",
		to: "partition === 'week' ? weeksOf(days) : days.slice(-1)",
	},
	// Models.
	{
		name: 'a gap of exactly the session gap splits a session',
		file: pieces,
		from: 'gap > {{session_gap_ms}}',
		to: 'gap >= {{session_gap_ms}}',
	},
	{
		name: 'a gap of a millisecond more than the session gap does not split a session',
		file: pieces,
		from: 'gap > {{session_gap_ms}}',
		to: 'gap > {{session_gap_ms}} + 1',
	},
	{
		name: 'a gap of exactly the session gap splits visits',
		file: visits,
		from: 'gap > {{session_gap_ms}}',
		to: 'gap >= {{session_gap_ms}}',
	},
	{
		name: 'a gap of a millisecond more than the session gap joins visits',
		file: visits,
		from: 'gap > {{session_gap_ms}}',
		to: 'gap > {{session_gap_ms}} + 1',
	},
	{
		name: 'a late event in a long visit cuts it',
		file: visits,
		from: 'is_start AND going_on = 1 AND',
		to: 'is_start AND',
	},
	{
		name: 'page views are in no order',
		file: pieces,
		from: 'arraySort(groupArrayIf((ts, event_id, path), is_page_view))',
		to: 'groupArrayIf((ts, event_id, path), is_page_view)',
	},
	{
		name: 'page views that come late are the last',
		file: visits,
		from: 'maxIf(piece.last_page, piece.page_views > 0)',
		to: 'anyIf(piece.last_page, piece.page_views > 0)',
	},
	{
		name: 'the entry is of any event',
		file: pieces,
		from: 'toUnixTimestamp64Milli(ts) = started_ms\n        ) AS entry',
		to: 'true\n        ) AS entry',
	},
	{
		name: 'a late event does not become the entry',
		file: visits,
		from: 'toUnixTimestamp64Milli(piece.first_at) = started_ms) AS entry',
		to: 'toUnixTimestamp64Milli(piece.first_at) > started_ms) AS entry',
	},
	{
		name: 'a session comes from where any of its days did',
		file: sessions,
		from: 'anyIf(entry, first_at = session_started_at)',
		to: 'anyLast(entry)',
	},
	{
		name: 'the user of a visit is the first one',
		file: pieces,
		from: 'known[-1] AS last_user',
		to: 'known[1] AS last_user',
	},
	{
		name: 'the user of a visit is that of its first part',
		file: visits,
		from: 'argMaxIf(piece.last_user',
		to: 'argMinIf(piece.last_user',
	},
	{
		name: 'a session is of the day it ends',
		file: sessions,
		from: 'min(visit.day),',
		to: 'max(visit.day),',
	},
	{
		name: 'the exit is the first page of the last day',
		file: sessions,
		from: 'argMaxIf(last_page.path',
		to: 'argMaxIf(first_page.path',
	},
	{
		name: 'a session with a click can bounce',
		file: sessions,
		from: 'page_views <= 1 AND is_passive',
		to: 'page_views <= 1',
	},
	{
		name: 'a session needs more than the same moment to go on in the funnel',
		file: sessions,
		from: 't >= first_product_view_at',
		to: 't > first_product_view_at',
	},
	{
		name: 'the rows of a session on two days are two sessions',
		file: sessions,
		from: "WHERE session_started_at < toDateTime64(day, 3, 'UTC')",
		to: 'WHERE false',
	},
	{
		name: 'a session on two days is also there row by row',
		file: sessions,
		from: 'WHERE (site, visitor_id, session_started_at) NOT IN continued',
		to: 'WHERE true',
	},
	{
		name: 'views of one page on two visits are two pages',
		file: days,
		from: '(p, previous) -> p.path != previous',
		to: '(p, previous) -> true',
	},
	{
		name: 'a button can forge a view',
		file: stg,
		from: "name = 'view' AND obj = 'page' AS is_page_view",
		to: "obj = 'page' OR obj_id = 'view_page' AS is_page_view",
	},
	{ name: 'an hour after the receipt is impossible', file: stg, from: 'INTERVAL 1 DAY', to: 'INTERVAL 1 HOUR' },
	{
		name: 'a clock that is a day ahead is not believed',
		file: stg,
		from: 'ts > received_at + INTERVAL 1 DAY',
		to: 'ts >= received_at + INTERVAL 1 DAY',
	},
	{
		name: 'a day with invalid timestamps can be the first',
		file: presence,
		from: 'minIf(day, NOT has_invalid_time)',
		to: 'min(day)',
	},
	{
		name: 'an add before the view counts',
		file: days,
		from: 'views_of_product > 0 AND e.ts >= viewed_at',
		to: 'views_of_product > 0',
	},
	{
		name: 'events of two products are one product',
		file: days,
		from: '(e, previous) -> e.product_id != previous',
		to: "(e, previous) -> e.product_id != previous AND previous = ''",
	},
	{
		name: 'products are in the order of their texts, in which 12 comes before 7',
		file: 'models/macros/in_order_of_product.sql',
		from: 'arraySort(e -> (length(e.1), e), $product_events)',
		to: 'arraySort($product_events)',
	},
	{
		name: 'ids of products with zeros in front are those without',
		file: stg,
		from: "if(events.product_id = '0', '', events.product_id) AS product_id",
		to: "trim(LEADING '0' FROM events.product_id) AS product_id",
	},
	{
		name: 'a checkout at the moment of the add does not count',
		file: 'models/macros/funnel_step.sql',
		from: 'ifNull($last_checkout_at >= $added_at, false)',
		to: 'ifNull($last_checkout_at > $added_at, false)',
	},
	{
		name: "a server makes the visit of its buyer a bot's",
		file: stg,
		from: "is_bot AND source != 'server' AS makes_bot",
		to: 'is_bot AS makes_bot',
	},
	{
		name: 'an import of a bot is of a person',
		file: stg,
		from: "is_bot AND source != 'server' AS makes_bot",
		to: "is_bot AND source = 'page' AS makes_bot",
	},
	{
		name: 'a bot was active the day before',
		file: presence,
		from: 'maxIf(day, NOT has_invalid_time AND NOT is_bot)',
		to: 'maxIf(day, NOT has_invalid_time)',
	},
	{
		name: 'machines count as active',
		file: activeDays,
		from: 'WHERE NOT is_bot AND NOT has_invalid_time',
		to: 'WHERE NOT has_invalid_time',
	},
	{
		name: 'visitors of a month ago are none',
		file: activeDays,
		from: 'day - previous_day < 30',
		to: 'day - previous_day < 29',
	},
	{ name: 'a week has 8 days', file: activity, from: '(day + 7, -count', to: '(day + 8, -count' },
	{ name: 'a month has 31 days', file: activity, from: '(day + 30, 0, -count', to: '(day + 31, 0, -count' },
	{
		name: 'who comes back after exactly a week is counted once for both',
		file: activity,
		from: '(day, if(days < 7, -again, 0)',
		to: '(day, if(days < 8, -again, 0)',
	},
	{ name: 'a window looks back too short', file: activity, from: 'lookback 29 days', to: 'lookback 20 days' },
	{
		name: 'retention counts a visitor on every day of the week',
		file: activeDays,
		from: 'previous_day < toMonday(day) AS is_first_of_week',
		to: 'true AS is_first_of_week',
	},
	{
		name: 'retention takes the week for the cohort',
		file: retention,
		from: 'cohort.week AS cohort_week',
		to: 'toMonday(day) AS cohort_week',
	},
	{
		name: 'a page bounces where it is left',
		file: 'models/3_marts/page_days.sql',
		from: '(exit_path, toUInt64(0), toUInt64(0), toUInt64(0), toUInt64(1), toUInt64(0))',
		to: '(exit_path, toUInt64(0), toUInt64(0), toUInt64(0), toUInt64(1), toUInt64(is_bounce))',
	},
	// Experiments.
	{
		name: 'a conversion before the exposure counts',
		file: experiments,
		from: 'AND exposed.exposed_ms <= converted.last_ms',
		to: 'AND exposed.exposed_ms - 86400000 <= converted.last_ms',
	},
	{
		name: 'a conversion at the moment of the exposure does not count',
		file: experiments,
		from: 'AND exposed.exposed_ms <= converted.last_ms',
		to: 'AND exposed.exposed_ms < converted.last_ms',
	},
	{
		name: 'a conversion on a later day than the exposure does not count',
		file: experiments,
		from: 'converted.is_found AND NOT exposed.was_converted)',
		to: 'converted.is_found AND converted.day = exposed.first.2 AND NOT exposed.was_converted)',
	},
	{
		name: 'a visitor of an experiment converts again on a later day',
		file: experiments,
		from: 'converted.is_found AND NOT exposed.was_converted)',
		to: 'converted.is_found)',
	},
	{
		name: 'a visitor who is seen again is exposed again',
		file: experiments,
		from: 'WHERE (site, visitor_id, day) NOT IN',
		to: 'WHERE is_conversion AND (site, visitor_id, day) NOT IN',
	},
	{
		name: 'a conversion stays although a late event makes it one of a bot',
		file: experiments,
		from: 'WHERE (site, visitor_id, day) NOT IN (SELECT site, visitor_id, day FROM {{int_visits}} WHERE {{definitions.has_experiments}})',
		to: 'WHERE true',
	},
	{
		name: 'bots take part in experiments',
		file: experiments,
		from: 'ARRAY JOIN exposures AS exposure\n            WHERE NOT is_bot AND',
		to: 'ARRAY JOIN exposures AS exposure\n            WHERE',
	},
	{
		name: 'a mixed visitor counts for each variant',
		file: 'models/3_marts/experiment_results.sql',
		from: 'countIf(length(variants) = 1) AS visitors',
		to: 'count() AS visitors',
	},
	{
		name: 'a conversion before the exposure hides one after it in the same visit',
		file: experimentMacros,
		from: 'maxMap(${experiments}, ${times})',
		to: 'minMap(${experiments}, ${times})',
	},
	{
		name: 'an empty text is a variant',
		file: experimentMacros,
		from: "siteSql(sites, `exp[${textLiteral(key)}] != ''`)",
		to: 'siteSql(sites, `mapContains(exp, ${textLiteral(key)})`)',
	},
	{
		name: 'an experiment of one site counts on all',
		file: experimentMacros,
		from: "siteSql(sites, `exp[${textLiteral(key)}] != ''`)",
		to: "`exp[${textLiteral(key)}] != ''`",
	},
	{ name: 'p75 is p70', file: 'models/3_marts/vitals_days.sql', from: 'quantileExact(0.75)', to: 'quantileExact(0.7)' },
	// Engine.
	{
		name: 'every receipt counts',
		file: 'src/compile/model.ts',
		from: "events: 'events FINAL',",
		to: "events: 'events',",
	},
	{
		name: 'an event that was counted before counts again',
		file: runSql,
		from: 'IN (${known})',
		to: 'IN (SELECT * FROM (${known}) WHERE false)',
	},
	{
		name: 'visits from before are forgotten',
		file: runSql,
		from: "if (scope.kind === 'all' || (scope.pass?.index ?? 0) > 0) return undefined;",
		to: 'return undefined;',
	},
	{
		name: 'visits from before stay beside what is read again',
		file: runSql,
		from: 'hasReread ? ` AND (site, visitor_id) NOT IN',
		to: 'run === 0n ? ` AND (site, visitor_id) NOT IN',
	},
	{
		name: 'of a visitor whose events are read again only the new ones are',
		file: runSql,
		from: 'const isReread = `(site',
		to: 'const isReread = `${scope.isNew} AND (site',
	},
	{
		name: 'a day that lost its rows is not noticed',
		file: runSql,
		from: '`${made} UNION ALL ${old}`',
		to: 'made',
	},
	{
		name: 'rows without a hash are taken for unchanged',
		file: runSql,
		from: "' HAVING groupBitXor(hash) != 0 OR unhashed > 0'",
		to: "' HAVING groupBitXor(hash) != 0 AND unhashed = 0'",
	},
	{
		name: 'a slice reads what the slice beside it has staged',
		file: runSql,
		from: ': `run = ${run} AND ${rangeCondition(scope.range)}`;',
		to: ': `run = ${run}`;',
	},
	{
		name: 'a slice copies what the slice beside it has staged',
		file: runSql,
		from: 'FROM ${tableOf(source)} WHERE run = ${run} AND ${rangeCondition(scope.range)})',
		to: 'FROM ${tableOf(source)} WHERE run = ${run})',
	},
	{
		name: 'a slice removes what the slice beside it has staged',
		file: 'src/make/visitors.ts',
		from: '`run < ${run} OR run = ${run} AND ${inRange}`',
		to: '`run <= ${run}`',
	},
	{
		name: 'other sites of a visitor number are not kept',
		file: runSql,
		from: '(site, visitor_id, ${model.partition}) NOT IN ${changedDays(run)}',
		to: 'visitor_id NOT IN (SELECT visitor_id FROM ${changesTable} WHERE run = ${run})',
	},
	{
		name: 'changed visitors are kept as they were, too',
		file: runSql,
		from: '(site, visitor_id, ${model.partition}) NOT IN ${changedDays(run)}',
		to: 'NOT has([0], visitor_id)',
	},
	{
		name: 'days of changed visitors that nothing touches are forgotten',
		file: runSql,
		from: '(site, visitor_id, ${model.partition}) NOT IN ${changedDays(run)}',
		to: '(site, visitor_id) NOT IN ${changedVisitors(run)}',
	},
	{
		name: 'other visitors of a changed day are forgotten',
		file: runSql,
		from: 'insertCopy(model, run, `${seen} AND ',
		to: 'insertCopy(model, run, `false AND ',
	},
	{
		name: 'an event right after midnight is no part of the evening before',
		file: runSql,
		from: 'has(known_days, (new_day, true)) OR minIf(at, is_new) <',
		to: 'has(known_days, (new_day, true)) AND minIf(at, is_new) <',
	},
	{
		name: 'an event is no part of a session that began the day before',
		file: runSql,
		from: 'has(known_days, (new_day, true)) OR minIf(at, is_new) <',
		to: 'minIf(at, is_new) <',
	},
	{
		name: 'a session of three days is made of its last two',
		file: runSql,
		from: 'arrayFirst(d -> NOT d.2, earlier).1',
		to: 'earlier[1].1',
	},
	{
		name: 'a day that begins in a session is known to stand alone',
		file: presence,
		from: "session_started_at < toDateTime64(day, 3, 'UTC')",
		to: "session_started_at > toDateTime64(day, 3, 'UTC')",
	},
	{
		name: 'only days that are made again were there before',
		file: presence,
		from: '{{int_presence_days.history}}',
		to: '{{int_presence_days.before}}',
	},
	{
		name: 'a merged part with new blocks is taken for seen',
		file: 'src/plan/watermark.ts',
		from: 'a <= from && to <= b',
		to: 'a <= to && from <= b',
	},
	{
		name: 'lost blocks are not noticed',
		file: 'src/plan/watermark.ts',
		from: "if (!blocks.every((interval) => covers(current.blocks, interval))) return { kind: 'rewritten' };",
		to: '',
	},
	{
		name: 'a statement does not read the last of its days',
		file: 'src/plan/manifest.ts',
		from: 'to: Math.min(to, range.to), run',
		to: 'to: Math.min(to, range.to) - 1, run',
	},
	{
		name: 'a list of days has each with the run of the first',
		file: 'src/plan/manifest.ts',
		from: '`(${from + i},${run})`',
		to: '`(${from + i},${ranges[0]?.run})`',
	},
	{
		name: 'a list of days lacks the last one of each range',
		file: 'src/plan/manifest.ts',
		from: '{ length: to - from + 1 }, (_, i) => `(${from + i}',
		to: '{ length: Math.max(1, to - from) }, (_, i) => `(${from + i}',
	},
	{
		name: 'a run changes only the days of its new events',
		file: 'src/make/visitors.ts',
		from: 'new Set([...days, ...newDays])',
		to: 'new Set(newDays)',
	},
	{
		name: 'only the first recomputed day of a visitor is read',
		file: 'src/make/visitors.ts',
		from: 'groupUniqArrayArray(days)',
		to: 'groupUniqArrayArray(arraySlice(arraySort(days), 1, 1))',
	},
	{
		name: 'the history of a visitor is cut to the recomputed days',
		file: runSql,
		from: "extent === 'history' ? 'all' : scope.days",
		to: 'scope.days',
	},
	{
		name: 'runs that are taken over are not copied',
		file: 'src/make/compact.ts',
		from: '(model, context.run, seen)',
		to: '(model, context.run, `${seen} AND false`)',
	},
	{
		name: 'rows of days that a run has computed and found unchanged are copied as well',
		file: 'src/make/compact.ts',
		from: 'isOfVisitors ? insertKept : insertCopy',
		to: 'isOfVisitors && false ? insertKept : insertCopy',
	},
	{
		name: 'only runs of models of visitors are copied',
		file: 'src/make/compact.ts',
		from: 'context.project.models.filter(isStored)',
		to: "context.project.models.filter(({ materialized }) => materialized.kind === 'incremental by visitor')",
	},
	{
		name: 'compaction copies all days that readers see, also those of the run itself',
		file: 'src/plan/compaction.ts',
		from: 'ranges.filter((range) => runs.has(range.run))',
		to: 'ranges.filter(() => runs.size > 0)',
	},
	{
		name: 'compaction hides the days after each that it takes over',
		file: 'src/plan/compaction.ts',
		from: '.map(({ from, to }) => ({ from, to }));',
		to: '.map(({ from, to }) => ({ from, to: to + 1 }));',
	},
	{
		name: 'a replaced unit hides its neighbour',
		file: 'src/plan/manifest.ts',
		from: '{ ...range, to: from - 1 }',
		to: '{ ...range, to: from - 2 }',
	},
	{
		name: 'activity is made from the last changed day on',
		file: 'src/make/partitions.ts',
		from: 'Math.min(...inputs.map((range) => range.from))',
		to: 'Math.max(...inputs.map((range) => range.from))',
	},
	{
		name: 'the calendar of a site that comes back has a gap',
		file: 'src/make/partitions.ts',
		from: 'return Math.min(changed, row?.day ?? changed);',
		to: 'return changed;',
	},
	{
		name: 'a week starts on a Sunday',
		file: 'src/make/partitions.ts',
		from: '(((day + 3) % 7) + 7) % 7',
		to: '(((day + 4) % 7) + 7) % 7',
	},
	{
		name: 'a model is made of what was published before',
		file: 'src/make/partitions.ts',
		from: 'next[name] = replacePartitions(next[name] ?? [], changed.get(name) ?? [], run);',
		to: 'if (!published) next[name] = replacePartitions(next[name] ?? [], changed.get(name) ?? [], run);',
	},
	{
		name: 'rows that readers see are collected as garbage',
		file: 'src/store/garbage.ts',
		from: 'nowUs, runsKept).flatMap(({ sees }) => [...sees])',
		to: 'nowUs, runsKept).map(({ run }) => run)',
	},
];
