import { type Option, options } from './options.js';
import { type JsonSchema, jsonSchemaOf } from './values/json-schema.js';

/** The mark of the file, by which `footfall init` recognises one of another version. */
export const schemaComment = 'Made by Footfall: "footfall init" replaces this file by the one of its version.';

/**
 * The JSON Schema of the settings file, by which an editor completes keys and marks errors. It refuses nothing that the
 * commands accept; they check some values more closely, such as the names of hosts. Pure.
 */
export function settingsSchema(): JsonSchema {
	const inFile = Object.values<Option>(options).filter(({ flag }) => flag !== options.config.flag);
	return {
		$schema: 'https://json-schema.org/draft/2020-12/schema',
		$comment: schemaComment,
		title: 'Settings of Footfall',
		type: 'object',
		properties: {
			$schema: { type: 'string' },
			...Object.fromEntries(inFile.map((option) => [option.flag, propertyOf(option)])),
		},
		additionalProperties: false,
	};
}

function propertyOf(option: Option): JsonSchema {
	const { description, default: fallback } = option;
	const about = fallback === undefined ? { description } : { description, default: jsonOf(option, fallback) };
	const text = textSchema(option);
	if (option.structure === undefined) return { ...about, ...text };
	return { ...about, anyOf: [text, jsonSchemaOf(option.structure)] };
}

/** A number stands for its digits, and a setting without a value in its flag is true or false. */
function textSchema({ schema, placeholder }: Option): JsonSchema {
	const text = jsonSchemaOf(schema);
	if (placeholder === undefined) return { enum: [true, false, 'true', 'false'] };
	return text.enum === undefined ? { ...text, type: ['string', 'number'] } : { enum: text.enum };
}

/** The default as the type that a file would have. */
function jsonOf({ placeholder }: Option, text: string): unknown {
	if (placeholder === undefined) return text === 'true';
	return placeholder === 'N' || placeholder === 'PORT' ? Number(text) : text;
}
