/** The result for one event of a request. */
export type Verdict = { kind: 'stored' } | { kind: 'refused'; code: string; message: string };

/** The meaning of an answer of the collector to a request. */
export type Result =
	/** Every event has its verdict. */
	| { kind: 'settled'; verdicts: Verdict[]; unknownFields: readonly string[]; notice: string | undefined }
	/** Nothing was stored. The request is repeated after a time, that of the answer if it names one. */
	| { kind: 'retry'; afterMs: number | undefined; why: string }
	/** The request has too many bytes, and more than one event. */
	| { kind: 'split' };

interface Fault {
	field?: string;
	message?: string;
}

/** The bodies of `POST /v1/events`: reports, problem details, and `retry-later`. */
interface Body {
	outcome?: unknown;
	detail?: string;
	title?: string;
	retryAfterMs?: unknown;
	errors?: readonly { index?: number; outcome?: string; errors?: readonly Fault[] }[];
	unknownFields?: readonly string[];
	notice?: string;
}

/**
 * Reads the answer to a list of events. Pure.
 *
 * An answer that is not the collector's, such as that of a proxy, says nothing about the events: they are sent again.
 *
 * @param count number of events of the request, at most 100: a report describes that many rejected events
 */
export function readAnswer(status: number, text: string, count: number): Result {
	const body = bodyOf(text);
	if (typeof body?.outcome !== 'string') {
		return { kind: 'retry', afterMs: undefined, why: `it answered ${status}, which is not an answer of a collector` };
	}
	const { outcome, errors = [], unknownFields = [], notice, retryAfterMs } = body;
	if (status === 200) return { kind: 'settled', verdicts: Array(count).fill(stored), unknownFields, notice };
	if (outcome === 'partly-stored' || outcome === 'none-stored') {
		const verdicts: Verdict[] = Array(count).fill(stored);
		for (const error of errors) verdicts[error.index ?? 0] = refused(error.outcome ?? outcome, error.errors);
		return { kind: 'settled', verdicts, unknownFields, notice };
	}
	if (status >= 500 || status === 429) {
		const afterMs = typeof retryAfterMs === 'number' ? retryAfterMs : undefined;
		return { kind: 'retry', afterMs, why: `it answered ${outcome}` };
	}
	if (status === 413 && count > 1) return { kind: 'split' };
	const message = body.detail ?? body.title ?? `The collector answered ${status}.`;
	const verdict: Verdict = { kind: 'refused', code: outcome, message };
	return { kind: 'settled', verdicts: Array(count).fill(verdict), unknownFields, notice };
}

const stored: Verdict = { kind: 'stored' };

function refused(code: string, faults: readonly Fault[] = []): Verdict {
	const texts = faults.map(({ field, message }) => (field ? `${field}: ${message}` : `${message}`));
	return { kind: 'refused', code, message: texts.join('; ') || code };
}

function bodyOf(text: string): Body | undefined {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === 'object' && value !== null ? value : undefined;
	} catch {
		return undefined;
	}
}
