import type { Rejection } from '@footfall/protocol';
import { type BatchHead, checkBatch } from '@footfall/protocol/decode';
import { type SiteTable, siteRefusal } from './site-table.js';

/** A valid batch, or the reason why a frame is rejected. */
export type CheckedFrame =
	| { ok: true; head: BatchHead; events: number }
	| { ok: false; reason: Rejection; detail: string; head: BatchHead | undefined };

/**
 * Checks the bytes of a batch, its site, and its origin. Never throws.
 *
 * @param origin value of the `Origin` header; empty if there is none
 */
export function checkFrame(bytes: Uint8Array, sites: SiteTable, origin: string): CheckedFrame {
	const checked = checkBatch(bytes);
	if (!checked.ok) return checked;
	const { head } = checked;
	const reason = siteRefusal(sites, head.site, origin);
	if (reason === undefined) return checked;
	return { ok: false, reason, detail: reason === 'unknown-site' ? 'site' : 'Origin', head };
}
