import { typesLimits } from './limits.js';
import type { ListedEvent, ListedEvents, ListedKey } from './listed-events.js';

/** The first line of every declaration, by which a later run recognises the file. */
export const firstLine = '// Written by footfall types, which overwrites it.';

/**
 * The declaration of events, which adds them to the tracker's interface `FootfallEvents`. Names, keys and values are
 * chosen by senders: each stands in a literal, in which nothing but letters, digits, punctuation, symbols and spaces is
 * left as it is. Pure.
 *
 * @param site key of the site; undefined for all sites
 */
export function declarationOf({ events, hasMore }: ListedEvents, site: string | undefined): string {
	const whose = site === undefined ? 'all sites' : `the site ${literal(site)}`;
	const more = hasMore
		? `\n// There are more than ${typesLimits.events} events; those that were seen least are left out.`
		: '';
	return `${firstLine}
// Events of ${whose}: those that are defined, and those of the last ${typesLimits.days} days.${more}
declare global {
	interface FootfallEvents {
${events.map((event) => memberOf(event, hasMore)).join('')}	}
}

export {};
`;
}

function memberOf(event: ListedEvent, hasMore: boolean): string {
	return `		/** ${commentOf(event, hasMore)} */\n		${literal(event.name)}: ${propertiesOf(event)};\n`;
}

function propertiesOf({ keys, hasMoreKeys }: ListedEvent): string {
	if (keys.length === 0 && !hasMoreKeys) return 'Record<string, never>';
	const lines = keys.map(({ key, texts }) => `${literal(key)}?: ${valuesOf(texts)};`);
	// An optional property may be undefined, unless the compiler is told otherwise.
	if (hasMoreKeys) lines.push(`[key: string]: ${anyValue} | undefined;`);
	return `{\n${lines.map((line) => `			${line}\n`).join('')}		}`;
}

const anyValue = 'string | number | boolean';

/** An editor suggests the texts, and the compiler allows all others: `string` alone would absorb them. */
const valuesOf = (texts: ListedKey['texts']) =>
	texts.length === 0 ? anyValue : `${texts.map(literal).join(' | ')} | (string & {}) | number | boolean`;

function commentOf({ goals, seen }: ListedEvent, hasMore: boolean): string {
	// More events than the limit are not read, so that this one may be among them.
	const unseen = hasMore ? 'Defined.' : `Not seen in the last ${typesLimits.days} days.`;
	const count = seen?.events === 1 ? 'once' : `${seen?.events.toLocaleString('en-US')} times`;
	const titles = goals.slice(0, typesLimits.goals).map(commentText);
	const others = goals.length > titles.length ? ` and ${goals.length - titles.length} more` : '';
	return [
		seen === undefined ? unseen : `Seen ${count}, last on ${seen.lastDay}.`,
		...(titles.length === 0
			? []
			: [`Can reach the ${goals.length === 1 ? 'goal' : 'goals'} ${titles.join(', ')}${others}.`]),
	].join(' ');
}

/** Everything that is invisible, or that changes how the text around it is shown: spaces but the plain one, too. */
const invisible = /(?! )[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/gu;

/** A literal of TypeScript. */
function literal(text: string): string {
	return JSON.stringify(text).replace(invisible, (character) =>
		Array.from({ length: character.length }, (_, i) => unicodeEscape(character.charCodeAt(i))).join(''),
	);
}

const unicodeEscape = (code: number) => `\\u${code.toString(16).padStart(4, '0')}`;

/** Text in a comment: it neither ends the comment nor begins a tag such as `@deprecated`. */
const commentText = (text: string) =>
	text.replace(invisible, ' ').replaceAll('*/', '*\\/').replaceAll('@', '\\@').trim();
