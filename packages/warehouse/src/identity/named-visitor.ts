/**
 * SQL conditions on rows of `events`. An event of a server or an import may name only a user, by text, or nobody: its
 * visitor is then computed from the user, a number of 53 bits from 2⁵³ on, or 0.
 */

/** The event names its visitor. */
export const namesVisitor =
	"visitor_id != 0 AND NOT (source != 'page' AND visitor_id BETWEEN 9007199254740992 AND 18014398509481983)";

/**
 * The event counts as activity of its visitor. A report of an order or a refund that names no visitor does not: it
 * tells of money, and nobody was seen.
 */
export const isSeen = `NOT (name IN ('order', 'refund') AND NOT (${namesVisitor}))`;
