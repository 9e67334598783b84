import type { Rejection } from '@footfall/protocol';
import { type Batch, type BatchHead, decodeBatch } from '@footfall/protocol/decode';
import { allowsOrigin, type SiteTable } from './site-table.js';

/** A batch that may be kept, or why it may not. */
export type Ingested =
	| { ok: true; batch: Batch }
	| { ok: false; reason: Rejection; detail: string; head: BatchHead | undefined };

/** Decides on one batch from its bytes, the sites and the `Origin` header (empty when there was none). Never throws. */
export function ingest(bytes: Uint8Array, sites: SiteTable, origin: string): Ingested {
	const decoded = decodeBatch(bytes);
	if (!decoded.ok) return decoded;
	const { batch } = decoded;
	const origins = sites.get(batch.site);
	if (origins === undefined) return { ok: false, reason: 'unknown-site', detail: 'site', head: batch };
	if (allowsOrigin(origins, origin)) return decoded;
	return { ok: false, reason: 'origin-not-allowed', detail: 'Origin', head: batch };
}
