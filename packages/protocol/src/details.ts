import { limits } from './limits.js';
import { everyFieldName, everyItemFieldName } from './names/field-names.js';
import type { Given } from './names/named-event.js';
import { type Reader, Refusal, Span } from './reader.js';

/** The details of an event: its fields under the names that the sender gave them, in any tool's spelling. */
export interface Detail {
	/** Index of the event in its batch. */
	event: number;
	/**
	 * Texts, numbers, and lists of items. A value of another type is NaN, one that is nil is null, and fields without a
	 * meaning are left out.
	 */
	fields: Given;
}

/**
 * Reads the details of a batch: those of its events that have some, in the order of the events. It refuses what is not
 * well formed, and leaves the meanings and limits of the fields to `namedEvent` and `Bounds`.
 *
 * @param events number of events of the batch
 */
export function readDetails(reader: Reader, events: number): Detail[] {
	const length = reader.arrayLength('details', 0, limits.batchEventsMax);
	const details: Detail[] = [];
	for (let i = 0; i < length; i++) {
		const detail = readDetail(reader, events);
		if (detail.event <= (details.at(-1)?.event ?? -1))
			throw new Refusal('malformed', 'details are not in the order of the events');
		details.push(detail);
	}
	return details;
}

function readDetail(reader: Reader, events: number): Detail {
	const n = reader.arrayLength('detail', 2, Number.POSITIVE_INFINITY);
	const event = reader.integer('event of a detail', events - 1);
	const fields = readFields(reader, everyFieldName);
	reader.skip(n - 2);
	return { event, fields };
}

/** Reads the fields of a map that have a meaning. As any decoder does, it takes the last of several with one name. */
function readFields(reader: Reader, names: ReadonlySet<string>): Given {
	const fields: Record<string, unknown> = {};
	for (let left = reader.mapLength('fields of a detail', Number.POSITIVE_INFINITY); left > 0; left--) {
		const name = readName(reader);
		if (names.has(name)) fields[name] = readValue(reader, names === everyFieldName);
		else reader.skip(1);
	}
	return fields;
}

const span = new Span();
const nameLengths = [...everyFieldName, ...everyItemFieldName].map(({ length }) => length);
const [shortest, longest] = [Math.min(...nameLengths), Math.max(...nameLengths)];

/** Reads the name of a field; the empty text for a key that can be none. */
function readName(reader: Reader): string {
	if (reader.nextKind() !== 'text') {
		reader.skip(1);
		return '';
	}
	reader.text('name of a field', limits.batchBytesMax, span);
	const length = span.end - span.start;
	// Making a text takes longer than all the rest, and a batch has room for ten thousand names.
	return length < shortest || length > longest ? '' : reader.bytes.toString('latin1', span.start, span.end);
}

/** Reads a value of a field; NaN where it has a type that no field has. */
function readValue(reader: Reader, mayBeList: boolean): unknown {
	const kind = reader.nextKind();
	if (kind === 'number') return reader.number('field of a detail');
	if (kind === 'array' && mayBeList) return readItems(reader);
	if (kind === 'text') {
		reader.text('field of a detail', limits.batchBytesMax, span);
		return reader.bytes.toString('utf8', span.start, span.end);
	}
	reader.skip(1);
	return kind === 'nil' ? null : Number.NaN;
}

function readItems(reader: Reader): unknown[] {
	const items: unknown[] = [];
	for (let left = reader.arrayLength('items', 0, Number.POSITIVE_INFINITY); left > 0; left--) {
		const isMap = reader.nextKind() === 'map';
		// One item more than are allowed tells that there were more.
		if (items.length > limits.orderItemsMax || !isMap) reader.skip(1);
		if (items.length <= limits.orderItemsMax) items.push(isMap ? readFields(reader, everyItemFieldName) : Number.NaN);
	}
	return items;
}
