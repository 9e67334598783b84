/** Encodings in which scripts are served. */
export type ContentEncoding = 'br' | 'gzip' | 'contentKey';

/** Encodings that are recognised in an `Accept-Encoding` header. */
const known: ReadonlySet<string> = new Set(['br', 'gzip', '*']);

/** The best encoding that an `Accept-Encoding` header allows: brotli, else gzip, else none. */
export function chooseEncoding(acceptEncoding: string): ContentEncoding {
	// Only known encodings are kept: a sender may name thousands that share one hash, since V8 hashes digit-only
	// strings without a seed.
	const allowed = new Map<string, boolean>();
	for (const part of acceptEncoding.toLowerCase().split(',')) {
		const [coding = '', ...parameters] = part.split(';').map((piece) => piece.trim());
		if (known.has(coding)) allowed.set(coding, !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter)));
	}
	const allows = (coding: string) => allowed.get(coding) ?? allowed.get('*') ?? false;
	if (allows('br')) return 'br';
	return allows('gzip') ? 'gzip' : 'contentKey';
}
