/** Ways in which the tracker script is kept. */
export type ContentEncoding = 'br' | 'gzip' | 'identity';

/** What a header says that matters here. */
const known: ReadonlySet<string> = new Set(['br', 'gzip', '*']);

/** The best encoding that an `Accept-Encoding` header allows: brotli, else gzip, else none. */
export function chooseEncoding(acceptEncoding: string): ContentEncoding {
	// Only these: a sender may name thousands, of one hash, since V8 hashes texts of digits without a seed.
	const allowed = new Map<string, boolean>();
	for (const part of acceptEncoding.toLowerCase().split(',')) {
		const [coding = '', ...parameters] = part.split(';').map((piece) => piece.trim());
		if (known.has(coding)) allowed.set(coding, !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter)));
	}
	const allows = (coding: string) => allowed.get(coding) ?? allowed.get('*') ?? false;
	if (allows('br')) return 'br';
	return allows('gzip') ? 'gzip' : 'identity';
}
