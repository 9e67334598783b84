import { defaultDefinitions } from './default-definitions.js';
import type { Definitions } from './definitions.js';

/** What is wrong with definitions, and where. */
export interface DefinitionFault {
	/** The path as the caller gave it. */
	file: string;
	/** From 1. */
	line: number;
	/** From 1, in UTF-16 code units. */
	column: number;
	/** What is wrong, and what to do. */
	words: string;
}

/**
 * Reads the text of a definitions.json. A section that it does not have is that of `defaultDefinitions`. Pure.
 *
 * @param file the path for faults
 * @returns the definitions, or all faults of the text
 */
export function parseDefinitions(
	text: string,
	file: string,
): { definitions: Definitions } | { faults: DefinitionFault[] } {
	try {
		const { $schema: _, ...sections } = JSON.parse(text) as Record<string, unknown>;
		if (Object.keys(sections).length === 0) return { definitions: defaultDefinitions };
		return { faults: [{ file, line: 1, column: 1, words: 'sections are not read yet' }] };
	} catch (error) {
		return { faults: [{ file, line: 1, column: 1, words: String(error) }] };
	}
}
