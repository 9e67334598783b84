/** A visitor or a site whose data keeps a run from being published. */
export interface Culprit {
	site: string;
	/** A visitor_id; undefined for the whole site. */
	visitor: string | undefined;
}

/** A key that is equal for equal culprits. Pure. */
export const keyOf = ({ site, visitor }: Culprit): string => `${visitor ?? ''} ${site}`;
