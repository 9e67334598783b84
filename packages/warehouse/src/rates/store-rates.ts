import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Warehouse } from '../client/client.js';
import type { Rate } from './parse-rates.js';

/** Numbers of rates of a file, by what was stored before. */
export interface StoredRates {
	/** Rates of days and currencies that had none. */
	added: number;
	/** Rates that differ from what was stored, and took its place. */
	changed: number;
	/** Rates that were stored already. */
	unchanged: number;
}

/** Stores rates, each day and currency once: a later rate of the same day takes the place of the earlier one. */
export async function storeRates(warehouse: Warehouse, rates: readonly Rate[]): Promise<StoredRates> {
	const stored = await warehouse.query<Rate>(
		'SELECT toString(day) AS day, currency, toString(per_euro) AS perEuro FROM exchange_rates FINAL',
	);
	const known = new Map(stored.map((rate) => [keyOf(rate), rate.perEuro]));
	const { added, changed, unchanged } = compare(rates, known);
	const lines = [...added, ...changed].map((rate) => `${rate.day}\t${rate.currency}\t${rate.perEuro}\n`);
	if (lines.length > 0) {
		await warehouse.insertStream(
			'INSERT INTO exchange_rates (day, currency, per_euro) FORMAT TabSeparated',
			Readable.from([lines.join('')], { objectMode: false }),
			{ queryId: randomUUID(), settings: { async_insert: 0, insert_deduplicate: 0 } },
		);
	}
	return { added: added.length, changed: changed.length, unchanged };
}

const keyOf = ({ day, currency }: Rate) => `${day} ${currency}`;

/** Tells new and changed rates from those that are stored already. Pure. */
function compare(rates: readonly Rate[], known: ReadonlyMap<string, string>) {
	const added = rates.filter((rate) => !known.has(keyOf(rate)));
	const changed = rates.filter((rate) => {
		const perEuro = known.get(keyOf(rate));
		return perEuro !== undefined && digitsOf(perEuro) !== digitsOf(rate.perEuro);
	});
	return { added, changed, unchanged: rates.length - added.length - changed.length };
}

/** A decimal number without the zeros that do not matter. */
const digitsOf = (decimal: string) =>
	decimal
		.replace(/^0+(?=\d)/, '')
		.replace(/(\.\d*?)0+$/, '$1')
		.replace(/\.$/, '');
