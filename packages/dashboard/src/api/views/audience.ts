import { audienceNames, sessionAttributes } from '../../contract/session-attributes.js';
import { attributeSets } from '../lists/attribute-sets.js';
import { list } from '../lists/lists.js';
import { moneyTables } from '../money/converted.js';
import { hasOrderRevenue, revenueBy } from '../money/revenue.js';
import { inScope, isFiltered, number, sessionsOf, text, type ViewQueries } from '../query.js';
import type { Scope } from '../scope.js';

const sets = attributeSets(audienceNames);

/**
 * Sessions by dimension: rows of the mart; with filters the same, recomputed from matching sessions. Where the revenue
 * is that of orders, revenue and conversions are in rows of orders beside them. Needs `moneyTables`. Pure.
 */
function audienceOf(scope: Scope): string {
	if (!hasOrderRevenue(scope)) return sessionValuesOf(scope);
	return `(
    SELECT dimension, value, sessions, toUInt64(0) AS conversions, toDecimal128(0, 8) AS revenue
    FROM ${sessionValuesOf(scope)}
    UNION ALL
    SELECT ${sets.columns}, 0, sum(o.conversions), sum(o.revenue)
    FROM ${revenueBy(
			scope,
			audienceNames.map((name) => sessionAttributes[name].column),
		)} AS o
    GROUP BY ${sets.groupBy}
)`;
}

function sessionValuesOf(scope: Scope): string {
	if (!isFiltered(scope)) return `(SELECT * FROM audience_days WHERE ${inScope})`;
	return `(
    SELECT
        ${sets.columns},
        count() AS sessions, countIf(is_converted) AS conversions, sum(s.revenue) AS revenue
    FROM ${sessionsOf(scope)} AS s
    GROUP BY ${sets.groupBy}
)`;
}

/** Devices, software and countries of visitors, a list of each. An empty value means "not known". */
export const audience = {
	values: list(
		{ dimension: text, value: text, sessions: number, conversions: number, revenue: number },
		{
			rows: (
				scope,
			) => `${moneyTables(scope)}SELECT dimension, value, sum(a.sessions) AS sessions, sum(a.conversions) AS conversions,
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
