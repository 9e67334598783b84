import type { DeviceProfile, Place } from '@footfall/demo-shop/crowd';
import type { Outcome } from '@footfall/protocol';

/** Whose browser sends. */
export interface Sender {
	readonly profile: DeviceProfile;
	readonly place: Place;
}

/** A batch on its way. */
export interface Parcel {
	readonly sender: Sender;
	readonly visitor: number;
	readonly stream: number;
	readonly sequence: number;
	readonly bytes: Uint8Array;
}

/** What became of a parcel; `lost`: its connection broke before an answer came. */
export type Answer = Outcome | 'lost';

/** Hears of a parcel's answer. One function for all parcels, so that none needs its own. */
export type Answered<P extends Parcel = Parcel> = (parcel: P, answer: Answer, retryAfterMs: number) => void;

/** A way to a collector. */
export interface Transport {
	/** Opens so many connections, with the devices of a crowd. @throws when the collector does not answer */
	open(senders: readonly Sender[]): Promise<void>;
	/** `answered` is called once. */
	send<P extends Parcel>(parcel: P, answered: Answered<P>): void;
	close(): void;
}

/** The headers that tell a collector about a sender's device and, where it trusts us as a proxy, place. */
export function headersOf({ profile, place }: Sender): Record<string, string> {
	return { 'User-Agent': profile.userAgent, 'X-Forwarded-For': place.address };
}
