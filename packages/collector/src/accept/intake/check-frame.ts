import type { Rejection } from '@footfall/protocol';
import { type BatchHead, checkBatch } from '@footfall/protocol/decode';
import { type SiteTable, siteRefusal } from './site-table.js';

/** A batch that may be kept, or why it may not. */
export type Ingested =
	| { ok: true; head: BatchHead; events: number }
	| { ok: false; reason: Rejection; detail: string; head: BatchHead | undefined };

/** Decides on one batch from its bytes, the sites and the `Origin` header (empty when there was none). Never throws. */
export function ingest(bytes: Uint8Array, sites: SiteTable, origin: string): Ingested {
	const checked = checkBatch(bytes);
	if (!checked.ok) return checked;
	const { head } = checked;
	const reason = siteRefusal(sites, head.site, origin);
	if (reason === undefined) return checked;
	return { ok: false, reason, detail: reason === 'unknown-site' ? 'site' : 'Origin', head };
}
