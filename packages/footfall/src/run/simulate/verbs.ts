import { options } from '../../settings/options.js';

/** What `footfall simulate` can do, in the order of its help. */
export const simulateVerbs = [
	{
		name: 'history',
		form: 'history',
		meaning: 'Makes all that shoppers did from --from to --to, to --out. Run again, it goes on where it was stopped.',
	},
	{
		name: 'live',
		form: 'live',
		meaning:
			'Sends what --shoppers do to the collector at --addr, and ends with one line of JSON. With --from and --to, sends what they did then.',
	},
	{
		name: 'browsers',
		form: 'browsers [N]',
		meaning:
			'Opens the shop, with pages that send to the collector at --addr, and lets N real browsers, or --browsers, shop in it.',
	},
] as const;

type SimulateVerb = (typeof simulateVerbs)[number]['name'];

/** What follows `footfall simulate`, or what is wrong with it. */
export type SimulateRequest = { ok: true; verb: SimulateVerb; count?: number } | { ok: false; fault: string };

/** Reads what follows `footfall simulate`. Pure. */
export function readSimulateVerb(operands: readonly string[]): SimulateRequest {
	const [word, surplus] = operands;
	const list = simulateVerbs.map(({ form }) => `footfall simulate ${form}`).join(', ');
	const known = simulateVerbs.find(({ name }) => name === word);
	if (!known)
		return { ok: false, fault: `${word === undefined ? 'simulate what' : `"${word}" cannot be simulated`}: ${list}` };
	if (known.name === 'browsers' && surplus !== undefined) return readCount(surplus);
	if (surplus !== undefined)
		return { ok: false, fault: `"${surplus}" is too much; write footfall simulate ${known.form}` };
	return { ok: true, verb: known.name };
}

function readCount(word: string): SimulateRequest {
	const { success, data } = options.browsers.schema.safeParse(word);
	return success
		? { ok: true, verb: 'browsers', count: data }
		: { ok: false, fault: `"${word}" is no number of browsers; write footfall simulate browsers 2` };
}
