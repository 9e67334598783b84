/** SQL that converts amounts into the reporting currency of a site. */

/**
 * Common table expressions for `converted`. `reporting` is the currency of the site's settings, or else the one in
 * which the site has most orders. `factors` has a row for each day and currency with orders or refunds, in both
 * periods. Its factor is that of the rates of the day, or of the last day before it that has rates, and NULL for a
 * currency that has none. The rates are per euro, which has no rows of its own.
 */
export const moneyTables = `
    if({currency:String} != '', {currency:String}, ifNull((
        SELECT currency FROM order_days
        WHERE site = {site:String} AND orders > 0
        GROUP BY currency
        ORDER BY sum(orders) DESC, currency
        LIMIT 1
    ), '')) AS reporting,
    rates AS
    (
        SELECT 'EUR' AS currency, toDate(0) AS day, 1. AS per_euro
        UNION ALL
        SELECT toString(currency), day, toFloat64(per_euro) FROM exchange_rates FINAL
    ),
    factors AS
    (
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
            SELECT DISTINCT day, toString(currency) AS currency, reporting AS wanted FROM order_days
            WHERE site = {site:String} AND day BETWEEN {before:Date} AND {to:Date}
        ) AS days
        ASOF LEFT JOIN rates AS own ON days.currency = own.currency AND days.day >= own.day
        ASOF LEFT JOIN rates AS target ON days.wanted = target.currency AND days.day >= target.day
    )`;

/**
 * An amount in the reporting currency, rounded to four decimals, so that sums do not depend on the order of the rows.
 * NULL if its currency has no rate. Pure.
 */
export const converted = (amount: string): string => `toDecimal128(round(toFloat64(${amount}) * factor, 4), 4)`;
