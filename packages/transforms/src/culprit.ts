/** A visitor, or a whole site, whose data a run cannot use. */
export interface Culprit {
	site: string;
	/** A visitor_id; undefined for the whole site. */
	visitor: string | undefined;
}

/** The same text for the same culprit. Pure. */
export const keyOf = ({ site, visitor }: Culprit): string => `${visitor ?? ''} ${site}`;

/** A text as a literal of SQL. Pure. */
export const literal = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
