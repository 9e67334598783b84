import { LastingCondition } from '../lasting-condition.js';
import type { Logger } from '../logger.js';
import { monotonicNowMs } from '../monotonic-clock.js';
import type { OpenSegment } from './open-segment.js';
import type { SegmentFiles } from './segment-files.js';
import type { SegmentNames } from './segment-name.js';

/** Age up to which the file of a prepared segment is taken to be there, ms. An older one may be removed by hand. */
const trustedMs = 1_000;

/**
 * Creates segments, each before it is needed, so that no record waits until a file is created and its name is durable.
 * A prepared segment that was not used holds no record: after a kill, the next start removes its file, and the starts
 * of earlier versions do so, too.
 */
export class NewSegments {
	readonly #files: SegmentFiles;
	readonly #names: SegmentNames;
	readonly #failing: LastingCondition;
	/** The prepared segment, or the one in preparation; `undefined` in it after a failure. */
	#prepared: Promise<OpenSegment | undefined> | undefined;
	#isEnded: boolean = false;

	constructor(files: SegmentFiles, names: SegmentNames, logger: Logger) {
		this.#files = files;
		this.#names = names;
		this.#failing = new LastingCondition(logger, 'warn');
	}

	/** Prepares the next segment in the background. There is one attempt for every segment that is taken. */
	prepare(): void {
		if (!this.#isEnded) this.#prepared ??= this.#createAhead();
	}

	/** Takes the prepared segment, or creates one, for one caller at a time. Throws when the creation fails. */
	async take(): Promise<OpenSegment> {
		const prepared = await this.#prepared;
		this.#prepared = undefined;
		const isUsable = prepared !== undefined && (await this.#isThere(prepared));
		if (prepared !== undefined && !isUsable) await this.#files.discard(prepared);
		const segment = isUsable ? prepared : await this.#create();
		this.#files.bytes += segment.bytes;
		return segment;
	}

	/** Removes the prepared segment, and prepares no more. */
	async end(): Promise<void> {
		this.#isEnded = true;
		const prepared = await this.#prepared;
		this.#prepared = undefined;
		if (prepared !== undefined) await this.#files.discard(prepared);
	}

	/** Under load, segments follow each other within a second, and no record waits for a look into the directory. */
	async #isThere(prepared: OpenSegment): Promise<boolean> {
		return monotonicNowMs() - prepared.createdAtMs < trustedMs || this.#files.isThere(prepared);
	}

	#create(): Promise<OpenSegment> {
		return this.#files.create(this.#names.next(Date.now()));
	}

	/** A failure has no effect on records: `take` creates the segment then, and reports its own failure. */
	async #createAhead(): Promise<OpenSegment | undefined> {
		try {
			const segment = await this.#create();
			this.#failing.ended('WAL segments are created in advance again');
			return segment;
		} catch (err) {
			this.#failing.occurred(
				{ err },
				'the next WAL segment could not be created in advance; it is created when it is needed',
			);
			return undefined;
		}
	}
}
