import type { DeviceProfile, Place } from '@footfall/demo-shop/crowd';
import type { Outcome } from '@footfall/protocol';

/** Device and place of a sender. */
export interface Sender {
	readonly profile: DeviceProfile;
	readonly place: Place;
}

/** An encoded batch to be sent. */
export interface Parcel {
	readonly sender: Sender;
	readonly visitor: number;
	readonly stream: number;
	readonly sequence: number;
	readonly bytes: Uint8Array;
}

/** Answer to a parcel; `lost`: the connection closed before the answer. */
export type Answer = Outcome | 'lost';

/** Called with the answer to a parcel. One function serves all parcels, which saves a closure for each. */
export type Answered<P extends Parcel = Parcel> = (parcel: P, answer: Answer, retryAfterMs: number) => void;

/** A connection to a collector. */
export interface Transport {
	/** Opens a connection for each sender. @throws Error when the collector does not answer */
	open(senders: readonly Sender[]): Promise<void>;
	/** Sends a parcel. `answered` is called once. */
	send<P extends Parcel>(parcel: P, answered: Answered<P>): void;
	close(): void;
}

/**
 * Headers with the device of a sender and, for a collector that trusts this machine as a proxy, the place.
 *
 * @param origin origin of the page that sends, if it is to be named
 */
export function headersOf({ profile, place }: Sender, origin?: string): Record<string, string> {
	const headers = { 'User-Agent': profile.userAgent, 'X-Forwarded-For': place.address };
	return origin === undefined ? headers : { ...headers, Origin: origin };
}
