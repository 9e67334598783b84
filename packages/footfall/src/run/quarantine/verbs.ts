import { quoted } from '@footfall/json';

/** The verbs of `footfall quarantine`, in the order of its help. */
export const quarantineVerbs = [
	{
		name: 'list',
		form: 'list',
		meaning:
			'Lists the quarantined segments of the WAL, oldest first, each with its events and the reason. The default.',
	},
	{
		name: 'restore',
		form: 'restore [SEGMENT]',
		meaning: 'Puts all quarantined segments, or the given one, back; the next start of the collector delivers them.',
	},
	{
		name: 'rows',
		form: 'rows',
		meaning:
			'Lists the rows of events_quarantine by reason, with their number and the times of the first and the last.',
	},
	{
		name: 'restore-rows',
		form: 'restore-rows',
		meaning:
			'Inserts the rows of events_quarantine into events, each event once, and removes them from the quarantine.',
	},
] as const;

type QuarantineVerb = (typeof quarantineVerbs)[number]['name'];

/** A verb and the segment that it is limited to, or their fault. */
export type QuarantineRequest =
	| { ok: true; verb: QuarantineVerb; segment: string | undefined }
	| { ok: false; fault: string };

const knownVerbs = () =>
	quarantineVerbs
		.map(({ name }) => name)
		.join(', ')
		.replace(/, (?=[^,]*$)/, ' or ');

/** Parses the arguments of `footfall quarantine`. Pure. */
export function readQuarantineVerb(operands: readonly string[]): QuarantineRequest {
	const [word = 'list', segment, ...rest] = operands;
	const verb = quarantineVerbs.find(({ name }) => name === word);
	if (verb === undefined)
		return { ok: false, fault: `unknown verb ${quoted(word)}; use footfall quarantine ${knownVerbs()}` };
	const surplus = verb.name === 'restore' ? rest[0] : segment;
	if (surplus !== undefined)
		return { ok: false, fault: `unexpected argument ${quoted(surplus)}; use footfall quarantine ${verb.form}` };
	// The name of the file is accepted, too.
	return { ok: true, verb: verb.name, segment: segment?.replace(/\.poison$/, '') };
}
