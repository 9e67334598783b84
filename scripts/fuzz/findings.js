import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Findings of one kind have one cause: a few of each are enough to find it. */
const perKindMax = 3;

/** The findings of a run, a few of each kind. */
export class Findings {
	/** Number of all findings, including those that are not kept. */
	count = 0;
	#kept = new Map();

	/** @param {{ index: number, bytes?: Buffer, wrong: string, decoded?: object, expected?: object }} finding */
	add(finding) {
		this.count++;
		const alike = this.#kept.get(finding.wrong) ?? [];
		if (alike.length < perKindMax) this.#kept.set(finding.wrong, [...alike, finding]);
	}

	get kept() {
		return [...this.#kept.values()].flat();
	}

	/**
	 * Adds findings about a frame to the protocol's vectors, so that the tests fail until the findings are resolved.
	 */
	writeVectors(directory, seed) {
		for (const finding of this.kept) {
			if (finding.bytes === undefined) continue;
			const { file, vector } = vectorOf(finding, seed);
			append(join(directory, `${file}.json`), vector);
		}
	}
}

/**
 * A frame with a known meaning is expected to be accepted with it; one without is expected to be refused, for a reason
 * that the developer must add. The developer moves a vector to the other file where this guess is wrong.
 */
function vectorOf({ index, bytes, wrong, decoded, expected }, seed) {
	const name = `fuzz, seed ${seed}, frame ${index}: ${wrong}`;
	const hex = Buffer.from(bytes).toString('hex');
	const meaning = expected ?? (decoded?.ok ? decoded.batch : undefined);
	if (meaning !== undefined && !wrong.startsWith('accepted'))
		return { file: 'valid', vector: { name, hex, decoded: meaning } };
	const { reason = 'malformed', detail = 'to be decided' } = decoded ?? {};
	return { file: 'invalid', vector: { name, hex, reason, detail } };
}

/** Appends to the list and leaves the rest of the file unchanged. */
function append(path, vector) {
	const text = readFileSync(path, 'utf8');
	const end = text.lastIndexOf('\n]');
	const entry = JSON.stringify(vector, null, '\t').replaceAll('\n', '\n\t');
	writeFileSync(path, `${text.slice(0, end)},\n\t${entry}${text.slice(end)}`);
}
