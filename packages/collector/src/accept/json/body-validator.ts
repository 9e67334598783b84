import { retryAfterMs } from '../intake/answer.js';
import type { SiteSettings } from '../intake/site-settings.js';
import { FairThread } from '../limits/fair-thread.js';
import type { MemoryBudget } from '../limits/memory-budget.js';
import type { RateLimits, RetryLater } from '../limits/rate-limits.js';
import type { SenderAddress } from '../limits/sender-address.js';
import type { Client } from '../transport/http.js';
import { unpacked, type ValidationAnswer } from './body-transfer.js';
import type { JsonBody, ValidatedBody, ValidationSettings } from './validate-body.js';

/** The path of the built file: Node runs no TypeScript in a thread. The path is correct from `src` and from `dist`. */
const threadFile = new URL('../../../dist/accept/json/validator-thread.js', import.meta.url);

/** Heap limit of the thread. A megabyte of JSON takes about 50 MB as objects. */
const heapMebibytesMax = 512;

/**
 * The result for a body: validated; or `retry-later`; or `gone` if its sender disconnected before its body was
 * validated.
 */
export type BodyResult = ValidatedBody | { kind: 'retry-later'; retryLater: BodyRetryLater } | { kind: 'gone' };

/** Reason and wait of a `retry-later` for a body. */
export type BodyRetryLater = RetryLater | { reason: 'busy' | 'stopping'; retryAfterMs: number };

/** Dependencies of a `BodyValidator`. */
export interface BodyValidatorParts {
	settings: { siteSettings: SiteSettings; visitorSecret: string };
	rateLimits: RateLimits;
	/** Limits the bytes of the waiting bodies. */
	budget: MemoryBudget;
}

/**
 * Validates large bodies on a separate thread, one at a time: parsing a megabyte of JSON takes up to a quarter of a
 * second (events with 32 short properties each) and cannot be interrupted.
 */
export class BodyValidator {
	readonly #settings: BodyValidatorParts['settings'];
	readonly #thread: FairThread<JsonBody, ValidationAnswer>;

	constructor({ settings, ...parts }: BodyValidatorParts) {
		this.#settings = settings;
		const workerData = settingsForThread(settings);
		this.#thread = new FairThread({ file: threadFile, workerData, heapMebibytesMax, ...parts });
	}

	/** Applies replaced sites to the bodies with which the thread begins from now on. */
	sitesReplaced(): void {
		this.#thread.replaceData(settingsForThread(this.#settings));
	}

	/** Validates a body. The caller may reuse its bytes after the call. Rejects when the thread dies. */
	async validate(body: JsonBody, sender: SenderAddress, client: Client): Promise<BodyResult> {
		const result = await this.#thread.ask(body, sender, client);
		switch (result.kind) {
			case 'answered':
				return unpacked(result.answer);
			case 'limited':
				return { kind: 'retry-later', retryLater: result.retryLater };
			case 'gone':
				return result;
			default:
				return {
					kind: 'retry-later',
					retryLater: { reason: result.kind, retryAfterMs: retryAfterMs[result.kind] },
				};
		}
	}

	/** Ends the thread. Waiting and later bodies get `retry-later` with the reason `stopping`. */
	close(): Promise<void> {
		return this.#thread.close();
	}
}

/** The settings as plain data, which can be sent to a thread. */
function settingsForThread({ siteSettings, visitorSecret }: BodyValidatorParts['settings']): ValidationSettings {
	return { sites: siteSettings.sites, writeKeys: siteSettings.writeKeys, visitorSecret };
}
