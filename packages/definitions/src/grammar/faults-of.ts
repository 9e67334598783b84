import type { z } from 'zod';

/** A fault of a value of the file. */
export interface ValueFault {
	/** Keys and indexes that lead to the value. */
	path: readonly PropertyKey[];
	/** Whether the fault is that of the last key of the path, and not of its value. */
	isOfKey: boolean;
	/** A full sentence without its subject, or with one of its own. */
	words: string;
}

type Issue = z.core.$ZodIssue;

/**
 * The faults of a value that a schema refuses. Of a value that may have several types of JSON, they are those of the
 * alternative with the type of the value. Pure.
 *
 * @param value the value that the schema was given
 */
export function faultsOf(issues: readonly Issue[], value: unknown): ValueFault[] {
	return issues.flatMap((issue) => faultsOfIssue(issue, value));
}

function faultsOfIssue(issue: Issue, value: unknown): ValueFault[] {
	const { path, message } = issue;
	switch (issue.code) {
		case 'unrecognized_keys':
			return message
				.split('\n')
				.map((words, i) => ({ path: [...path, issue.keys[i] as string], isOfKey: true, words }));
		case 'invalid_key':
			return issue.issues.map((one) => ({ path, isOfKey: true, words: one.message }));
		case 'invalid_union': {
			const given = valueAt(value, path);
			const meant = issue.errors.find((errors) => errors.length > 0 && !errors.some((one) => isOfType(one, given)));
			if (meant === undefined) return [{ path, isOfKey: false, words: message }];
			return meant.flatMap((one) => faultsOfIssue({ ...one, path: [...path, ...one.path] }, value));
		}
		default: {
			const isMissing = path.length > 0 && valueAt(value, path) === undefined;
			if (!isMissing) return [{ path, isOfKey: false, words: message }];
			const words = `the key "${String(path.at(-1))}" is missing: it ${message}`;
			return [{ path: path.slice(0, -1), isOfKey: false, words }];
		}
	}
}

/** Whether an issue of an alternative says that the value has another type of JSON. */
const isOfType = ({ code, path }: Issue, value: unknown) =>
	path.length === 0 && (code === 'invalid_type' || (code === 'invalid_value' && typeof value !== 'string'));

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
	let at = value;
	for (const step of path) {
		if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined;
		at = (at as Record<PropertyKey, unknown>)[step];
	}
	return at;
}
