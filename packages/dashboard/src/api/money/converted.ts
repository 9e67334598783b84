import type { Scope } from '../scope.js';

/** SQL that converts amounts into the reporting currency of a site. All functions of this file are pure. */

/**
 * The factors by day and currency, for each day and currency with orders or refunds in both periods. A factor is that
 * of the rates of the day, or of the last day before it that has rates, and NULL for a currency that has none. The
 * rates are per euro, which has no rows of its own.
 */
const factors = `(
    SELECT
        days.day AS day,
        days.currency AS currency,
        multiIf(
            days.currency = days.wanted, 1.,
            own.per_euro = 0 OR target.per_euro = 0, NULL,
            target.per_euro / own.per_euro
        ) AS factor
    FROM
    (
        SELECT DISTINCT day, toString(currency) AS currency, {currency:String} AS wanted FROM order_days
        WHERE site = {site:String} AND day BETWEEN {before:Date} AND {to:Date}
    ) AS days
    ASOF LEFT JOIN rates AS own ON days.currency = own.currency AND days.day >= own.day
    ASOF LEFT JOIN rates AS target ON days.wanted = target.currency AND days.day >= target.day
)`;

const rates = `rates AS
    (
        SELECT 'EUR' AS currency, toDate(0) AS day, 1. AS per_euro
        UNION ALL
        SELECT toString(currency), day, toFloat64(per_euro) FROM exchange_rates FINAL
    )`;

/** The beginning of a statement that converts amounts; empty for a site all of whose orders are in one currency. */
export const moneyTables = ({ money }: Scope): string => (money.isConverted ? `WITH ${rates}\n` : '');

/** Rows with a day and a currency, joined with their factors. */
export const withFactors = ({ money }: Scope, rows: string, alias: string): string =>
	money.isConverted
		? `${rows} AS ${alias} LEFT JOIN ${factors} AS factors ON ${alias}.day = factors.day AND ${alias}.currency = factors.currency`
		: `${rows} AS ${alias}`;

/** Condition on rows of `withFactors`: the currency has a rate. */
export const hasRate = ({ money }: Scope): string => (money.isConverted ? 'isNotNull(factor)' : 'true');

/**
 * An amount in the reporting currency, NULL if its currency has no rate. It has 8 decimals: exact, so that sums do not
 * depend on the order of the rows, and more than the page shows, so that sums over days, sessions and channels agree.
 */
export const converted = ({ money }: Scope, amount: string): string =>
	money.isConverted ? `toDecimal128(round(toFloat64(${amount}) * factor, 8), 8)` : `toDecimal128(${amount}, 8)`;
