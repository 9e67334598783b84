import { StartRefusal } from '@footfall/host';
import {
	type QuarantinedRows,
	quarantinedRows,
	restoreRows,
	type Warehouse,
	WarehouseError,
} from '@footfall/warehouse';
import { checkPlatform } from '@footfall/warehouse/platform';
import type { quarantineOptions } from '../../settings/option-groups.js';
import type { Settings } from '../../settings/options.js';
import { withWarehouse } from '../../stack/with-warehouse.js';
import type { Context } from '../../terminal/context.js';
import { terminalText } from '../../terminal/terminal-text.js';

/** The verbs of `footfall quarantine` that concern the rows of `events_quarantine`. */
export async function runRows(
	settings: Settings<(typeof quarantineOptions)[number]>,
	context: Context,
	verb: 'rows' | 'restore-rows',
): Promise<number> {
	if (settings.clickhouseUrl === undefined) checkPlatform();
	return withWarehouse(settings, context, async ({ warehouse }) => {
		const line = verb === 'rows' ? await list(warehouse, settings.json) : await restore(warehouse, settings.json);
		context.print(line);
	});
}

async function list(warehouse: Warehouse, isJson: boolean): Promise<string> {
	const { all, byReason } = await quarantinedRows(warehouse);
	if (isJson) return JSON.stringify({ rows: all, reasons: byReason });
	if (all === 0) return 'No row is quarantined.';
	return [
		...byReason.map(lineOf),
		`${all} rows are quarantined. footfall quarantine restore-rows inserts them into events.`,
	].join('\n');
}

function lineOf({ rows, reason, firstMs, lastMs }: QuarantinedRows): string {
	const [first, last] = [firstMs, lastMs].map((ms) => new Date(ms).toISOString());
	return `${rows} rows  ${first} to ${last}  ${terminalText(reason.split('\n', 1)[0] as string)}`;
}

async function restore(warehouse: Warehouse, isJson: boolean): Promise<string> {
	const { restored, left } = await restoreRows(warehouse).catch((error: unknown) => {
		if (!(error instanceof WarehouseError)) throw error;
		throw new StartRefusal(
			`Cannot insert the quarantined rows (${error.message.split('\n', 1)[0]}): correct the cause, and repeat it; the rows stay in events_quarantine.`,
		);
	});
	if (isJson) return JSON.stringify({ restored, left });
	if (restored + left === 0) return 'No row is quarantined.';
	return `${restored} rows are in events; ${left} are still quarantined.`;
}
