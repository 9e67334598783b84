import { type CrowdBatch, type CrowdPage, crowdCurrency, dayMs } from '@footfall/demo-shop/crowd';
import { eventId } from '@footfall/protocol';
import { eventColumns } from '@footfall/warehouse/columns';

/** Columns of the file, which are those of `events` but for the collector's own segment. */
export const csvColumns = eventColumns.map(({ name }) => name).filter((name) => name !== 'segment');

/** The first line of the file: ClickHouse's CSVWithNames. */
export const csvHeader = `${csvColumns.join(',')}\n`;

const initialBytes = 1 << 20;
/** More than any row takes. */
const rowBytesMax = 8_192;

/** Rows of `events` as CSV. */
export class CsvWriter {
	rows = 0;
	readonly #site: string;
	#buffer: Buffer = Buffer.allocUnsafeSlow(initialBytes);
	#end = 0;
	#page: CrowdPage | undefined;
	/** What the rows of a page begin and end with. */
	#head = '';
	#middle = '';
	#tail = '';

	constructor(site: string) {
		this.#site = site;
	}

	add({ page, sequence, events }: CrowdBatch, receivedAtMs: number): void {
		if (page !== this.#page) this.#turnTo(page);
		const received = moment(receivedAtMs);
		for (let index = 0; index < events.length; index++) {
			const { atMs, name, obj, objId, productId, amount } = events[index] as (typeof events)[number];
			const currency = amount === 0 ? '' : crowdCurrency;
			// Neither has a page ten batches nor a batch ten events.
			this.#write(
				`${this.#head}${sequence}000${index}${this.#middle}${moment(atMs)},false,${received},${name},${obj},${objId},${productId},${amount},${currency}${this.#tail}`,
			);
		}
		this.rows += events.length;
	}

	/** The bytes so far; only valid until the next row. */
	get written(): Buffer {
		return this.#buffer.subarray(0, this.#end);
	}

	#turnTo(page: CrowdPage): void {
		const { person, visitor } = page;
		const { profile } = visitor;
		const { language, timezone, country } = person.place;
		this.#page = page;
		const idHead = eventId(visitor.id, page.stream, 0, 0).slice(0, -5);
		this.#head = `${field(this.#site)},${visitor.id},${idHead}`;
		this.#middle = `,${page.userId},`;
		const texts = `${field(page.url)},${field(page.title)},${field(page.referrer)}`;
		const sizes = `${profile.viewportWidth},${profile.viewportHeight},${profile.screenWidth},${profile.screenHeight}`;
		const client = `${profile.browser},${profile.os},${profile.device},${person.isBot}`;
		this.#tail = `,"{'cart_style':'${person.cartStyle}'}",{},${texts},${sizes},${language},${timezone},${client},${country}\n`;
	}

	#write(row: string): void {
		if (this.#end + rowBytesMax > this.#buffer.length) {
			const grown = Buffer.allocUnsafeSlow(this.#buffer.length * 2);
			grown.set(this.#buffer.subarray(0, this.#end));
			this.#buffer = grown;
		}
		this.#end += this.#buffer.write(row, this.#end, 'latin1');
	}
}

const fields = new Map<string, string>();

/**
 * A text as a field, in quotes where it needs them; its characters stand for the bytes of its UTF-8, which is quick to write. Only
 * for texts of which there are few: they are remembered.
 */
function field(text: string): string {
	let known = fields.get(text);
	if (known === undefined) {
		const quoted = /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
		known = Buffer.from(quoted).toString('latin1');
		fields.set(text, known);
	}
	return known;
}

const minuteMs = 60_000;
let day = Number.NaN;
let date = '';
const minutes = Array.from({ length: 1_440 }, (_, minute) => ` ${two(Math.floor(minute / 60))}:${two(minute % 60)}:`);
const seconds = Array.from({ length: 60 }, (_, second) => two(second));
const thousandths = Array.from({ length: 1_000 }, (_, ms) => `.${String(ms).padStart(3, '0')}`);

function two(n: number): string {
	return String(n).padStart(2, '0');
}

/** A moment as ClickHouse writes it: `2026-01-31 12:00:00.000`. */
function moment(ms: number): string {
	const ofDay = ms % dayMs;
	if (ms - ofDay !== day) {
		day = ms - ofDay;
		date = new Date(day).toISOString().slice(0, 10);
	}
	const minute = Math.floor(ofDay / minuteMs);
	const rest = ofDay - minute * minuteMs;
	const second = Math.floor(rest / 1_000);
	return date + minutes[minute] + seconds[second] + thousandths[rest - second * 1_000];
}
