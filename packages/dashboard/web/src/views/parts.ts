import { NotInMarts } from '../api-client.js';
import { card } from '../cards/card.js';

type Drawn = Node | readonly Node[];

/**
 * Draws the parts of a view. Those that need rows which the marts do not have, since another version of Footfall
 * computed them, are left out, and a card before the others says why.
 */
export function parts(...draw: readonly (() => Drawn)[]): Node[] {
	let missing: NotInMarts | undefined;
	const drawn = draw.flatMap((part) => {
		try {
			return part();
		} catch (error) {
			if (!(error instanceof NotInMarts)) throw error;
			missing ??= error;
			return [];
		}
	});
	return [...(missing === undefined ? [] : [notInMartsCard(missing)]), ...drawn];
}

/** Says why something is not shown. */
export const notInMartsCard = ({ message }: NotInMarts): HTMLElement =>
	card({ title: 'Not in these numbers yet', table: { columns: [], rows: [] }, empty: message });

/** Whether the marts have the rows of a query of a view. */
export function hasRows<Rows extends object>(rows: Rows, query: keyof Rows): boolean {
	try {
		return rows[query] !== undefined;
	} catch (error) {
		if (error instanceof NotInMarts) return false;
		throw error;
	}
}
