/**
 * Hands a batch to the browser, which sends it even when the page is gone. Bytes have no content type, so another origin
 * needs no preflight, which a closing page would not survive.
 *
 * @returns false when the browser does not take it, mostly because 64 KiB are under way already
 */
export function beacon(url: string, bytes: Uint8Array<ArrayBuffer>): boolean {
	try {
		return navigator.sendBeacon(url, bytes);
	} catch {
		return false;
	}
}
