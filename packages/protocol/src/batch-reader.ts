import { batchVersion } from './batch.js';
import { type Detail, readDetails } from './details.js';
import { limits } from './limits.js';
import { MapSpan, Reader, Refusal, Span } from './reader.js';

const none: readonly Detail[] = [];

/**
 * Reads one batch after another, each in a single pass. It checks every type, limit and length and builds no objects:
 * its fields have the values read last, texts as positions in the batch's bytes. Call it in this order, to the end:
 *
 *     reader.open(bytes);
 *     while (reader.nextContext()) …;
 *     while (reader.nextEvent()) …;
 *
 * A batch is complete and valid only after `nextEvent` has returned false. Every method throws a {@link Refusal} when
 * the batch is not valid. Defaults are filled in. An empty text is a span without length at any position.
 */
export class BatchReader extends Reader {
	readonly site = new Span();
	visitor = 0;
	stream = 0;
	sequence = 0;
	/** Milliseconds since 1970. */
	sentAtMs = 0;
	/** Whether the fields above have been read. */
	headKnown = false;
	/** Numbers of contexts and events. `events` is set when all contexts have been read. */
	contexts = 0;
	events = 0;

	// The fields of the context that was read last.
	readonly url = new Span();
	readonly title = new Span();
	readonly referrer = new Span();
	readonly userId = new Span();
	readonly exp = new MapSpan();
	viewportWidth = 0;
	viewportHeight = 0;
	screenWidth = 0;
	screenHeight = 0;
	readonly language = new Span();
	readonly timezone = new Span();

	// The fields of the event that was read last.
	/** Age at `sentAtMs`, ms. */
	ageMs = 0;
	/** Index of the event's context, in range. */
	context = 0;
	readonly name = new Span();
	readonly obj = new Span();
	readonly objId = new Span();
	productId = 0;
	amount = 0;
	readonly currency = new Span();
	readonly props = new MapSpan();
	/** 16 bytes, or empty if the id is derived. */
	readonly eventId = new Span();

	/** Details, in the order of their events, of those that have some; known when `nextEvent` has returned false. */
	details: readonly Detail[] = none;

	#elements = 0;
	#contextsLeft = 0;
	#eventsLeft = 0;

	/** Starts to read a batch, up to its contexts. `bytes` must not change until the next call. */
	open(bytes: Uint8Array): void {
		this.headKnown = false;
		this.details = none;
		this.reset(bytes);
		if (bytes.length > limits.batchBytesMax) throw new Refusal('too-large', `${bytes.length} bytes`);
		this.#elements = this.arrayLength('batch', 8, Number.POSITIVE_INFINITY);
		const version = this.integer('version', limits.integerMax);
		if (version !== batchVersion) throw new Refusal('unsupported-version', `version ${version}`);
		this.text('site', limits.siteBytesMax, this.site);
		this.visitor = this.integer('visitor', limits.integerMax);
		this.stream = this.integer('stream', limits.integerMax);
		this.sequence = this.integer('sequence', limits.sequenceMax);
		this.sentAtMs = this.integer('sentAtMs', limits.integerMax);
		this.headKnown = true;
		this.contexts = this.#contextsLeft = this.arrayLength('contexts', 1, limits.batchContextsMax);
	}

	/** Reads the next context. @returns false if there are no more */
	nextContext(): boolean {
		if (this.#contextsLeft-- > 0) {
			this.#readContext();
			return true;
		}
		this.events = this.#eventsLeft = this.arrayLength('events', 1, limits.batchEventsMax);
		return false;
	}

	/** Reads the next event. @returns false if there are no more and the batch ends there */
	nextEvent(): boolean {
		if (this.#eventsLeft-- > 0) {
			this.#readEvent();
			return true;
		}
		// Senders may have put anything there before there were details.
		const hasDetails = this.#elements > 8 && this.nextKind() === 'array';
		if (hasDetails) this.details = readDetails(this, this.events);
		this.skip(this.#elements - (hasDetails ? 9 : 8));
		this.end();
		return false;
	}

	#readContext(): void {
		const n = this.arrayLength('context', 1, Number.POSITIVE_INFINITY);
		this.text('url', limits.urlBytesMax, this.url);
		this.#textOr(n > 1, 'title', limits.titleBytesMax, this.title);
		this.#textOr(n > 2, 'referrer', limits.urlBytesMax, this.referrer);
		this.#textOr(n > 3, 'userId', limits.userIdBytesMax, this.userId);
		this.#mapOr(n > 4, 'exp', this.exp);
		this.viewportWidth = n > 5 ? this.integer('viewportWidth', limits.pixelsMax) : 0;
		this.viewportHeight = n > 6 ? this.integer('viewportHeight', limits.pixelsMax) : 0;
		this.screenWidth = n > 7 ? this.integer('screenWidth', limits.pixelsMax) : 0;
		this.screenHeight = n > 8 ? this.integer('screenHeight', limits.pixelsMax) : 0;
		this.#textOr(n > 9, 'language', limits.languageBytesMax, this.language);
		this.#textOr(n > 10, 'timezone', limits.timezoneBytesMax, this.timezone);
		this.skip(n - 11);
	}

	#readEvent(): void {
		const n = this.arrayLength('event', 3, Number.POSITIVE_INFINITY);
		this.ageMs = this.integer('ageMs', limits.ageMsMax);
		this.context = this.integer('context', this.contexts - 1);
		this.text('name', limits.nameBytesMax, this.name);
		if (this.name.start === this.name.end) throw new Refusal('malformed', 'name is empty');
		this.#textOr(n > 3, 'obj', limits.objBytesMax, this.obj);
		this.#textOr(n > 4, 'objId', limits.objIdBytesMax, this.objId);
		this.productId = n > 5 ? this.integer('productId', limits.integerMax) : 0;
		this.amount = n > 6 ? this.amountOf('amount') : 0;
		this.#textOr(n > 7, 'currency', limits.currencyBytesMax, this.currency);
		this.#mapOr(n > 8, 'props', this.props);
		if (n > 9) this.raw('eventId', 16, this.eventId);
		else this.eventId.start = this.eventId.end = 0;
		this.skip(n - 10);
	}

	#textOr(present: boolean, what: string, max: number, span: Span): void {
		if (present) this.text(what, max, span);
		else span.start = span.end = 0;
	}

	#mapOr(present: boolean, what: string, span: MapSpan): void {
		if (present) this.stringMap(what, span);
		else {
			span.start = span.end = span.entries = 0;
			span.hasRepeats = false;
		}
	}
}
