// The rules of the project's language that a program can check. Pure.
import { commentsOf } from './comments.js';
import { filesAboutFormerWords, formerWords } from './former-words.js';

/** Maximum width of a line of Markdown and of a comment, columns. A tab counts as 2, as in the formatter. */
const columnsMax = 120;

/**
 * Comments begin with a noun phrase or a full sentence. One that begins with such a word is a fragment that can be read
 * only together with the name below it.
 */
const fragment = /^(?:Of|Whose|Who|What|Where|Which)\b/;

/** Comments that may begin so, as their first words: questions that are quoted. */
const allowedFragments = [];

/**
 * The faults of one file, each `path:line: what is wrong and what to do`.
 *
 * @param {string} path from the root of the project
 * @param {string} text
 * @returns {string[]}
 */
export function faultsOf(path, text) {
	const comments = commentsOf(path, text);
	const found = [
		...(comments ?? []).flatMap(fragmentFault),
		...(path.endsWith('.md') ? wideMarkdown(text) : comments === undefined ? [] : wideComments(path, text)),
		...formerWordFaults(path, text),
	];
	return found.sort((a, b) => a.line - b.line).map(({ line, fault }) => `${path}:${line}: ${fault}`);
}

function fragmentFault({ line, words }) {
	if (!fragment.test(words) || allowedFragments.some((start) => words.startsWith(start))) return [];
	const start = words.split(' ').slice(0, 4).join(' ');
	return [{ line, fault: `the comment begins with "${start}": write a noun phrase or a full sentence` }];
}

const widthOf = (line) => line.replaceAll('\t', '  ').length;
const tooWide = { fault: `the line is wider than ${columnsMax} columns: wrap it` };

/** Lines of prose. Tables, code, and lines that a link alone makes wide cannot be wrapped. */
function wideMarkdown(text) {
	const faults = [];
	let isCode = false;
	for (const [index, line] of text.split('\n').entries()) {
		if (/^\s*(?:```|~~~)/.test(line)) isCode = !isCode;
		const withoutLinks = line.replaceAll(/\]\([^)]*\)/g, ']').replaceAll(/https?:\/\/\S+/g, '');
		const isProse = !isCode && !/^\s*\|/.test(line);
		if (isProse && widthOf(withoutLinks) > columnsMax) faults.push({ line: index + 1, ...tooWide });
	}
	return faults;
}

/** Migrations that databases have applied, which cannot be changed any more. */
const appliedMigrations = /^packages\/warehouse\/migrations\//;

/** Lines that are a comment and nothing else. A header of a model is a line of any width: it cannot be wrapped. */
function wideComments(path, text) {
	if (appliedMigrations.test(path)) return [];
	return text.split('\n').flatMap((line, index) => {
		const start = /^\s*(\/\/|\/\*|\*\s|--\s|#\s)/.exec(line)?.[1]?.trim();
		const isComment = start !== undefined && !/^\s*-- @/.test(line) && commentMark(path, start);
		const withoutUrl = line.replaceAll(/https?:\/\/\S+/g, '');
		return isComment && widthOf(withoutUrl) > columnsMax ? [{ line: index + 1, ...tooWide }] : [];
	});
}

const commentMark = (path, start) =>
	/\.(?:ts|[cm]?js|css)$/.test(path)
		? start !== '--' && start !== '#'
		: path.endsWith('.sql')
			? start === '--'
			: start === '#';

function formerWordFaults(path, text) {
	if (filesAboutFormerWords.some((start) => path.startsWith(start))) return [];
	return formerWords
		.filter(({ allowedIn = [] }) => !allowedIn.some((allowed) => path.startsWith(allowed)))
		.flatMap(({ word, instead }) =>
			[...text.matchAll(new RegExp(word.source, `${word.flags.replace('g', '')}g`))].map(({ index, 0: found }) => ({
				line: text.slice(0, index).split('\n').length,
				fault: `"${found}" is a former word: write ${instead}`,
			})),
		);
}
