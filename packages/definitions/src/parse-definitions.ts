import { readJson } from '@footfall/json';
import type { Definitions } from './definitions.js';
import { definitionsOf } from './grammar/definitions-of.js';
import type { ValueFault } from './grammar/faults-of.js';
import { definitionLimits } from './grammar/limits.js';

/** A fault of a definitions.json, with its place. */
export interface DefinitionFault {
	/** The path as the caller gave it. */
	file: string;
	/** From 1. */
	line: number;
	/** From 1, in UTF-16 code units. */
	column: number;
	/** The reason, and what to do. */
	words: string;
}

const faultsMax = 100;

/**
 * Reads the text of a definitions.json: JSON, which may have comments, trailing commas and `$schema`. A section that it
 * does not have is that of `defaultDefinitions`. Pure.
 *
 * @param file the path for faults
 * @returns the definitions, or the faults of the text in the order of their places, at most 100
 */
export function parseDefinitions(
	text: string,
	file: string,
): { definitions: Definitions } | { faults: DefinitionFault[] } {
	const { fileLengthMax } = definitionLimits;
	if (text.length > fileLengthMax)
		return { faults: [{ file, line: 1, column: 1, words: `has more than ${fileLengthMax} characters; shorten it` }] };
	const read = readJson(text, { trailingCommas: true });
	if (!read.ok) {
		const { line, column, reason } = read.fault;
		return { faults: [{ file, line, column, words: reason }] };
	}
	const result = definitionsOf(read.value);
	if ('definitions' in result) return result;
	const placed = result.faults.map(({ path, isOfKey, words }: ValueFault): DefinitionFault => {
		const { line, column } = isOfKey ? read.placeOfKey(path) : read.placeOf(path);
		return { file, line, column, words: isOfKey ? words : `${subjectOf(path)}${words}` };
	});
	placed.sort((a, b) => a.line - b.line || a.column - b.column);
	return { faults: placed.slice(0, faultsMax) };
}

/** Names the value of a fault by the last key that leads to it. */
function subjectOf(path: readonly PropertyKey[]): string {
	const key = path.findLast((step) => typeof step === 'string');
	return key === undefined ? '' : `${JSON.stringify(key)}: `;
}
