import { join } from 'node:path';
import { type QuarantinedSegment, quarantinedSegments, restoreSegment } from '@footfall/collector';
import { StartRefusal } from '@footfall/host';
import { withoutUrl } from '@footfall/json';
import type { quarantineOptions } from '../../settings/option-groups.js';
import type { Settings } from '../../settings/options.js';
import { usage } from '../../terminal/complain.js';
import type { Context } from '../../terminal/context.js';
import { exitCodes } from '../../terminal/exit-code.js';
import { runRows } from './rows.js';
import { readQuarantineVerb } from './verbs.js';

/** `footfall quarantine`: lists the quarantined segments of the WAL or the rows in ClickHouse, or puts them back. */
export async function runQuarantine(
	settings: Settings<(typeof quarantineOptions)[number]>,
	context: Context,
	operands: readonly string[],
): Promise<number> {
	const request = readQuarantineVerb(operands);
	if (!request.ok) return usage(request.fault);
	if (request.verb === 'rows' || request.verb === 'restore-rows') return runRows(settings, context, request.verb);
	const { print } = context;
	const walDirectory = join(settings.data, 'log');
	const all = await orRefuse(`read the quarantined segments of ${settings.data}`, () =>
		quarantinedSegments(walDirectory),
	);
	const { segment: name } = request;
	const segments = name === undefined ? all : all.filter((each) => each.name === name);
	if (request.verb === 'list') {
		print(settings.json ? JSON.stringify(segments) : listOf(segments, settings.data));
		return exitCodes.success;
	}
	if (name !== undefined && segments.length === 0)
		throw new StartRefusal(
			`${settings.data} has no quarantined segment ${withoutUrl(name)}; footfall quarantine lists those that it has`,
		);
	for (const segment of segments) {
		await orRefuse(`put ${segment.name} back`, () => restoreSegment(segment));
		print(`${segment.name}: put back, ${segment.events} events`);
	}
	print(segments.length === 0 ? nothing(settings.data) : restored);
	return exitCodes.success;
}

const restored = 'The next start of the collector delivers them; if it is running, restart it.';
const nothing = (data: string) => `No segment of ${withoutUrl(data)} is quarantined.`;

/** The list as text. Pure. */
function listOf(segments: readonly QuarantinedSegment[], data: string): string {
	if (segments.length === 0) return nothing(data);
	const lines = segments.map(
		({ name, createdMs, events, reason }) =>
			`${name}  ${new Date(createdMs).toISOString()}  ${events} events  ${reason}`,
	);
	return [...lines, 'footfall quarantine restore puts them back for delivery.'].join('\n');
}

async function orRefuse<T>(what: string, act: () => Promise<T>): Promise<T> {
	try {
		return await act();
	} catch (error) {
		const why = error instanceof Error ? error.message : String(error);
		throw new StartRefusal(`Cannot ${what} (${why}): check --data and the permissions of its files, and repeat it.`);
	}
}
