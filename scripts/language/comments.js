// Finds the comments of a file. Pure. It reads line by line and has no grammar of any language: a comment that follows
// code on its line is found by the space before it, so that `https://` in a text is not one.

/** The marks of comments, by the ending of a file's name. */
const marksOf = {
	ts: { line: '//', hasBlocks: true },
	js: { line: '//', hasBlocks: true },
	cjs: { line: '//', hasBlocks: true },
	mjs: { line: '//', hasBlocks: true },
	css: { line: undefined, hasBlocks: true },
	sql: { line: '--', hasBlocks: false },
	yml: { line: '#', hasBlocks: false },
	yaml: { line: '#', hasBlocks: false },
	sh: { line: '#', hasBlocks: false },
	conf: { line: '#', hasBlocks: false },
};

/** Header words of a model whose text is prose: `-- @description Text`, `-- @column name Type: Text`. */
const modelProse = /^@(?:description|question)\s+(.*)$|^@(?:column|check)\s.*?[^:]:\s+(.*)$/;

/**
 * The comments of a text, each as its first line number, from 1, and its words without marks. Line comments that
 * follow each other are one comment. Undefined for files without comments.
 *
 * @param {string} path ends with the kind of file
 * @param {string} text
 * @returns {{ line: number, words: string }[] | undefined}
 */
export function commentsOf(path, text) {
	const marks = marksOf[path.slice(path.lastIndexOf('.') + 1)];
	if (marks === undefined) return undefined;
	const comments = [];
	let block;
	let lineComment;
	for (const [index, raw] of text.split('\n').entries()) {
		const line = raw.trim();
		if (block !== undefined) {
			block.words += ` ${line.replace(/\*\/.*$/, '').replace(/^\*\s?/, '')}`;
			if (line.includes('*/')) block = undefined;
			continue;
		}
		if (marks.hasBlocks && line.startsWith('/*')) {
			const comment = { line: index + 1, words: line.replace(/^\/\*+\s?/, '').replace(/\s*\*\/.*$/, '') };
			comments.push(comment);
			if (!line.includes('*/')) block = comment;
			lineComment = undefined;
			continue;
		}
		const words = lineWords(line, marks.line);
		const prose = path.endsWith('.sql') ? modelProse.exec(words ?? '') : undefined;
		if (words === undefined) lineComment = undefined;
		else if (prose) comments.push({ line: index + 1, words: prose[1] ?? prose[2] });
		else if (words.startsWith('@')) lineComment = undefined;
		else if (lineComment !== undefined && line.startsWith(marks.line)) lineComment.words += ` ${words}`;
		else {
			lineComment = { line: index + 1, words };
			comments.push(lineComment);
		}
	}
	return comments.map(({ line, words }) => ({ line, words: words.trim() }));
}

function lineWords(line, mark) {
	if (mark === undefined) return undefined;
	if (line.startsWith(mark)) return line.slice(mark.length).replace(/^!.*/, '').trim();
	const at = line.lastIndexOf(`${mark} `);
	return at > 0 && /[\s;,{}()]$/.test(line.slice(0, at)) ? line.slice(at + mark.length).trim() : undefined;
}
