import type { Rejection } from '@footfall/protocol';
import { type BatchHead, checkBatch, decodeBatch } from '@footfall/protocol/decode';
import { isOrderName } from '@footfall/protocol/names';
import { type SiteTable, siteRefusal } from './site-table.js';
import type { WriteKeys } from './write-keys.js';

/** A valid batch, or the reason why a frame is rejected. */
export type CheckedFrame =
	| {
			ok: true;
			head: BatchHead;
			events: number;
			/** The sender may not tell of orders and refunds, and the batch may have some: `ordersIn` counts them. */
			mayHaveForeignOrders: boolean;
	  }
	| { ok: false; reason: Rejection; detail: string; head: BatchHead | undefined };

/**
 * Checks the bytes of a batch, its site, and its origin. Never throws.
 *
 * A site with write keys takes orders and refunds of its pages, and pages name their origin: browsers do in every POST,
 * beacon and upgrade. Such a batch from another sender is valid all the same, since its other events would be lost.
 *
 * @param origin value of the `Origin` header; empty if there is none
 */
export function checkFrame(
	bytes: Uint8Array,
	{ sites, writeKeys }: { sites: SiteTable; writeKeys: WriteKeys },
	origin: string,
): CheckedFrame {
	const checked = checkBatch(bytes);
	if (!checked.ok) return checked;
	const { head } = checked;
	const reason = siteRefusal(sites, head.site, origin);
	if (reason === undefined) {
		const mayHaveForeignOrders = checked.hasDetails && origin === '' && writeKeys.sites.has(head.site);
		return { ok: true, head, events: checked.events, mayHaveForeignOrders };
	}
	return { ok: false, reason, detail: reason === 'unknown-site' ? 'site' : 'Origin', head };
}

/**
 * The number of events of a valid batch that count as orders or refunds: those that name one. The batch is decoded once
 * more, which takes several times as long as a check: charge its bytes to the sender first.
 */
export function ordersIn(bytes: Uint8Array): number {
	const decoded = decodeBatch(bytes);
	if (!decoded.ok) return 0;
	const isOrder = ({ name, details }: (typeof decoded.batch.events)[number]) =>
		isOrderName(name) && details !== undefined && details.orderId !== '';
	return decoded.batch.events.filter(isOrder).length;
}
