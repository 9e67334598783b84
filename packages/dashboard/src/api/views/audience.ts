import { audienceNames, sessionAttributes } from '../../contract/session-attributes.js';
import { list } from '../lists/lists.js';
import { ofKind, revenueSessionsOf, revenueTables } from '../money/revenue.js';
import { inScope, isFiltered, number, sessionsOf, text, type ViewQueries } from '../query.js';
import type { Scope } from '../scope.js';

const dimensions = audienceNames.map((name) => ({ name, column: sessionAttributes[name].column }));

/** An expression that chooses by dimension; the last dimension needs no condition. Pure. */
function choice(caseOf: (dimension: (typeof dimensions)[number]) => [condition: string, value: string]): string {
	return `multiIf(${dimensions.flatMap(caseOf).toSpliced(-2, 1).join(', ')})`;
}

const groupingSets = `GROUPING SETS (${dimensions.map(({ column }) => `(${column})`).join(', ')})`;
const dimensionColumns = `${choice(({ name, column }) => [`grouping(${column}) = 0`, `'${name}'`])} AS dimension,
        ${choice(({ name, column }) => [`dimension = '${name}'`, column])} AS value`;

/**
 * Sessions by dimension: rows of the mart; with filters the same, recomputed from matching sessions. Their revenue and
 * conversions are those of checkouts, and rows of orders beside them have those of orders. Needs `revenueTables`. Pure.
 */
function audienceOf(scope: Scope): string {
	const orders = revenueSessionsOf(scope);
	return `(
    SELECT dimension, value, sessions,
        ${ofKind('0', 'conversions')} AS conversions, ${ofKind('toDecimal128(0, 4)', 'toDecimal128(revenue, 4)')} AS revenue
    FROM ${sessionValuesOf(scope)}
    UNION ALL
    SELECT ${dimensionColumns}, 0, countIf(ordered.session_id != 0 AND ordered.orders > 0), sum(ordered.revenue)
    FROM ${orders} AS ordered
    LEFT JOIN
    (
        SELECT * FROM sessions
        WHERE site = {site:String} AND (visitor_id, session_id) IN (SELECT visitor_id, session_id FROM ${orders})
    ) AS session ON ordered.visitor_id = session.visitor_id AND ordered.session_id = session.session_id
    GROUP BY ${groupingSets}
)`;
}

function sessionValuesOf(scope: Scope): string {
	if (!isFiltered(scope)) return `(SELECT * FROM audience_days WHERE ${inScope})`;
	// Grouping sets read the sessions once for all dimensions.
	return `(
    SELECT
        ${dimensionColumns},
        count() AS sessions, countIf(is_converted) AS conversions, sum(s.revenue) AS revenue
    FROM ${sessionsOf(scope)} AS s
    GROUP BY ${groupingSets}
)`;
}

/** Devices, software and countries of visitors, a list of each. An empty value means "not known". */
export const audience = {
	values: list(
		{ dimension: text, value: text, sessions: number, conversions: number, revenue: number },
		{
			rows: (scope) => `WITH ${revenueTables}
    SELECT dimension, value, sum(a.sessions) AS sessions, sum(a.conversions) AS conversions,
        sum(a.revenue) AS revenue
    FROM ${audienceOf(scope)} AS a
    GROUP BY dimension, value`,
			searched: ['value'],
			orderBy: 'sessions DESC, value',
			// More than there are countries.
			limit: 300,
			by: { column: 'dimension', lists: audienceNames },
		},
	),
} as const satisfies ViewQueries;
