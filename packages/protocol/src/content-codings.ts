/** The values of `Content-Encoding` that a collector reads, besides `identity`. */
export const contentCodings = ['gzip', 'deflate', 'br'] as const;

/** A `Content-Encoding` that a collector reads. */
export type ContentCoding = (typeof contentCodings)[number];
