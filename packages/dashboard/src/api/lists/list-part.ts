/** The part of a list that a request asks for. */
export interface ListPart {
	/** Name of the list; undefined for the beginnings of all lists of a view. */
	list: string | undefined;
	/** Text that a row must have in one of its texts, in any case; empty for all rows. */
	search: string;
	/** Number of rows before the first one of the part. */
	offset: number;
}

/** The size of a list, of which an answer has a part. */
export interface ListSize {
	/** Rows of the whole list that match the search; null if it ends before the part. */
	total: number | null;
	/** Rows before the part. */
	offset: number;
	/** Maximum number of rows in one part. */
	limit: number;
}

/** The beginning of a list. */
export const listBeginning: ListPart = { list: undefined, search: '', offset: 0 };

const searchCharactersMax = 300;
/** A list has at most so many rows before a part. */
const offsetMax = 10_000_000;

/** A part of a list, or what is wrong with the request. */
export type ListPartResult = { ok: true; part: ListPart; rest: URLSearchParams } | { ok: false; fault: string };

/**
 * Parses the parameters of a request that choose a part of a list, and returns the others. Pure.
 *
 * @param lists names of the lists of the view
 */
export function readListPart(query: URLSearchParams, lists: readonly string[]): ListPartResult {
	const own = ['list', 'search', 'offset'];
	const twice = own.find((name) => query.getAll(name).length > 1);
	if (twice !== undefined) return { ok: false, fault: `"${twice}" is given twice` };
	const rest = new URLSearchParams([...query].filter(([name]) => !own.includes(name)));
	const [name, search, offset] = own.map((each) => query.get(each));
	if (name === null && search === null && offset === null) return { ok: true, part: listBeginning, rest };
	if (lists.length === 0) return { ok: false, fault: 'this view has no "list"' };
	if (name === undefined || name === null || !lists.includes(name))
		return { ok: false, fault: `"list" must be one of ${lists.join(', ')}` };
	if ([...(search ?? '')].length > searchCharactersMax)
		return { ok: false, fault: `"search" must have at most ${searchCharactersMax} characters` };
	if (!/^[0-9]{1,8}$/.test(offset ?? '0') || Number(offset) > offsetMax)
		return { ok: false, fault: `"offset" must be a whole number from 0 to ${offsetMax}` };
	return { ok: true, part: { list: name, search: search ?? '', offset: Number(offset ?? 0) }, rest };
}
