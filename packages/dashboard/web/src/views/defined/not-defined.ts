import { card } from '../../cards/card.js';
import { isolated } from '../../format.js';

/** Says that the site has none of what definitions.json can define, and what to do. */
export const nothingDefined = (title: string, noun: string): HTMLElement =>
	card({
		title,
		table: { columns: [], rows: [] },
		empty: `No ${noun} is defined for this site. Define one in the file footfall/definitions.json; the page docs/how-to/count-your-own-events.md shows how. It then counts in all of history.`,
	});

/** Says that the address names what is not defined, for example in a link to what was removed. */
export const notDefined = (title: string, noun: string, name: string | undefined): HTMLElement =>
	card({
		title,
		table: { columns: [], rows: [] },
		empty: `This site has no ${noun} ${isolated(JSON.stringify(name))}. Choose one of those that are listed, or define it in the file footfall/definitions.json.`,
	});
