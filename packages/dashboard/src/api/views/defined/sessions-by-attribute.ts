import { audienceNames, filterNames, sessionAttributes } from '../../../contract/session-attributes.js';
import { inScope } from '../../query.js';

/** Attributes that the mart `acquisition_days` has. */
const sources = filterNames.filter((name) => name !== 'entry' && !audienceNames.includes(name));
/** The column of `acquisition_days` with the values of a column of `sessions`. */
const sourceColumn = (column: string) => (column === 'entry_referrer_host' ? 'referrer_host' : column);

/**
 * All sessions of the period by attribute, out of marts of days, as a statement with the columns of `attributeSets` and
 * without conversions. A session without a page view has an empty landing page.
 */
export const sessionsByAttribute = `SELECT dimension, value, toInt64(sessions) AS sessions, 0 AS conversions, 0 AS converted
    FROM audience_days
    WHERE ${inScope}
    UNION ALL
    SELECT dimension, value, toInt64(sessions), 0, 0
    FROM acquisition_days
    ARRAY JOIN
        [${sources.map((name) => `'${name}'`).join(', ')}] AS dimension,
        [${sources.map((name) => `toString(${sourceColumn(sessionAttributes[name].column)})`).join(', ')}] AS value
    WHERE ${inScope}
    UNION ALL
    SELECT 'entry', path, toInt64(entries), 0, 0
    FROM page_days
    WHERE ${inScope} AND entries > 0
    UNION ALL
    SELECT 'entry', '', toInt64(sum(d.sessions)) - (SELECT toInt64(sum(p.entries)) FROM page_days AS p WHERE ${inScope}), 0, 0
    FROM session_days AS d
    WHERE ${inScope}`;
