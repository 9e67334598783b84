import type { Rejection } from '@footfall/protocol';
import { type BatchHead, checkBatch } from '@footfall/protocol/decode';
import { allowsOrigin, type SiteTable } from './site-table.js';

/** A batch that may be kept, or why it may not. */
export type Ingested =
	| { ok: true; head: BatchHead; events: number }
	| { ok: false; reason: Rejection; detail: string; head: BatchHead | undefined };

/** Decides on one batch from its bytes, the sites and the `Origin` header (empty when there was none). Never throws. */
export function ingest(bytes: Uint8Array, sites: SiteTable, origin: string): Ingested {
	const checked = checkBatch(bytes);
	if (!checked.ok) return checked;
	const { head } = checked;
	const origins = sites.get(head.site);
	if (origins === undefined) return { ok: false, reason: 'unknown-site', detail: 'site', head };
	if (allowsOrigin(origins, origin)) return checked;
	return { ok: false, reason: 'origin-not-allowed', detail: 'Origin', head };
}
