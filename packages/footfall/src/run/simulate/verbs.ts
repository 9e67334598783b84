import { quoted } from '@footfall/json';
import type { simulateOptions } from '../../settings/option-groups.js';
import { options } from '../../settings/options.js';
import type { Origin } from '../../settings/read-settings.js';
import { optionsOfOtherVerbs } from '../options-of-other-verbs.js';

/** The verbs of `footfall simulate`, in the order of its help. */
export const simulateVerbs = [
	{
		name: 'history',
		form: 'history',
		meaning:
			'Writes the history of simulated shoppers from --from to --to into --out. Run again after a stop, it continues.',
	},
	{
		name: 'live',
		form: 'live',
		meaning:
			'Sends the events of --shoppers to the collector at --addr, and ends with one line of JSON. With --from and --to, sends the events of those days.',
	},
	{
		name: 'browsers',
		form: 'browsers [N]',
		meaning:
			'Serves the demo shop, whose pages send to the collector at --addr, and lets N real browsers (or --browsers) shop in it.',
	},
] as const;

type SimulateVerb = (typeof simulateVerbs)[number]['name'];

type SimulateOption = (typeof simulateOptions)[number];

/**
 * The options that only some verbs read, each with these verbs. Those of the ClickHouse server are taken by all verbs,
 * since a call often gives them for every command of an installation.
 */
const verbsOfOption = {
	dau: ['history', 'live'],
	orders: ['history', 'live'],
	lifetime: ['history', 'live'],
	late: ['history', 'live'],
	doubled: ['history', 'live'],
	from: ['history', 'live'],
	to: ['history', 'live'],
	out: ['history'],
	zstdLevel: ['history'],
	addr: ['live', 'browsers'],
	transport: ['live'],
	shoppers: ['live'],
	rps: ['live'],
	seconds: ['live', 'browsers'],
	browsers: ['browsers'],
	shopPort: ['browsers'],
	chromium: ['browsers'],
} as const satisfies Partial<Record<SimulateOption, readonly SimulateVerb[]>>;

/**
 * The faults of flags that the verb would ignore. A variable or a settings file may hold options of other verbs. Pure.
 *
 * @param origins source of each setting
 */
export function unreadOptions(verb: SimulateVerb, origins: Readonly<Record<SimulateOption, Origin>>): string[] {
	return optionsOfOtherVerbs('simulate', verb, verbsOfOption, (name) => origins[name as SimulateOption] === 'flag');
}

/** The arguments of `footfall simulate`, or their fault. */
export type SimulateRequest = { ok: true; verb: SimulateVerb; count?: number } | { ok: false; fault: string };

/** Parses the arguments of `footfall simulate`. Pure. */
export function readSimulateVerb(operands: readonly string[]): SimulateRequest {
	const [word, surplus] = operands;
	const list = simulateVerbs.map(({ form }) => `footfall simulate ${form}`).join(', ');
	const known = simulateVerbs.find(({ name }) => name === word);
	if (!known)
		return {
			ok: false,
			fault: `${word === undefined ? 'simulate requires a verb' : `unknown verb ${quoted(word)}`}; use ${list}`,
		};
	if (known.name === 'browsers' && surplus !== undefined) return readCount(surplus);
	if (surplus !== undefined)
		return { ok: false, fault: `unexpected argument ${quoted(surplus)}; use footfall simulate ${known.form}` };
	return { ok: true, verb: known.name };
}

function readCount(word: string): SimulateRequest {
	const { success, data } = options.browsers.schema.safeParse(word);
	return success
		? { ok: true, verb: 'browsers', count: data }
		: {
				ok: false,
				fault: `${quoted(word)} is not a valid number of browsers (0 to 16); use footfall simulate browsers 2`,
			};
}
