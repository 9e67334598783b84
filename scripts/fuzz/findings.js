import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Findings of one kind are one fault: a few of each are enough to find it. */
const perKindMax = 3;

/** What was found, each kind a few times. */
export class Findings {
	/** All of them, those that are not kept included. */
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

	/** Adds those that are about a frame to the protocol's vectors, so that its tests fail until they are dealt with. */
	writeVectors(directory, seed) {
		for (const finding of this.kept) {
			if (finding.bytes === undefined) continue;
			const { file, vector } = vectorOf(finding, seed);
			append(join(directory, `${file}.json`), vector);
		}
	}
}

/**
 * A frame with a known meaning is to be accepted as that; one without is to be refused, and somebody has to say how. What a
 * frame should be is for whoever reads the finding to decide: a vector is moved to the other file where this guess is wrong.
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

/** Adds at the end and leaves the rest of the file as its author wrote it. */
function append(path, vector) {
	const text = readFileSync(path, 'utf8');
	const end = text.lastIndexOf('\n]');
	const entry = JSON.stringify(vector, null, '\t').replaceAll('\n', '\n\t');
	writeFileSync(path, `${text.slice(0, end)},\n\t${entry}${text.slice(end)}`);
}
