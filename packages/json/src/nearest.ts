/**
 * Finds the known word with the smallest edit distance to a misspelt one; undefined if more than half of the letters
 * differ. Case, underscores and leading dashes are ignored: `ADMIN_PORT` equals `admin-port`. Pure.
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
	const wanted = plain(word);
	let best: { word: string; edits: number } | undefined;
	for (const candidate of known) {
		const edits = editsBetween(wanted, plain(candidate));
		if (edits * 2 <= Math.max(wanted.length, candidate.length) && edits < (best?.edits ?? Infinity)) {
			best = { word: candidate, edits };
		}
	}
	return best?.word;
}

function plain(word: string): string {
	return word.toLowerCase().replaceAll('_', '-').replace(/^-+/, '');
}

/** Edit distance: letters to insert, remove or replace; swapping two neighbours counts as one edit. */
function editsBetween(a: string, b: string): number {
	let beforeLast: number[] = [];
	let last = Array.from({ length: b.length + 1 }, (_, j) => j);
	for (let i = 1; i <= a.length; i++) {
		const row = [i];
		for (let j = 1; j <= b.length; j++) {
			const replace = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
			const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
			const swap = swapped ? at(beforeLast, j - 2) + 1 : Infinity;
			row.push(Math.min(at(last, j) + 1, at(row, j - 1) + 1, replace, swap));
		}
		[beforeLast, last] = [last, row];
	}
	return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
	return row[index] ?? Infinity;
}
