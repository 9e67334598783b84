import { createRandom, type Random } from '@footfall/random';
import { type DeviceProfile, machinesProfiles, peoplesProfiles } from './device-profiles.js';
import type { CrowdOptions } from './options.js';
import { type Place, places } from './places.js';
import { pickWeighted, weighted } from './weighted.js';

/** One browser of a person: what analytics calls a visitor. Its state goes on from visit to visit. */
export interface Visitor {
	/** Up to 53 bits. */
	readonly id: number;
	readonly profile: DeviceProfile;
	/** The next page load's number; they count up from a random start, so that no two in the world are the same. */
	nextStream: number;
	/** Empty while this browser is not signed in. */
	userId: string;
	/** What lies in the cart, and what it costs. */
	cartItems: number;
	cartTotal: number;
	visits: number;
}

export interface Person {
	readonly place: Place;
	readonly isBot: boolean;
	/** The variant of the experiment `cart_style`. */
	readonly cartStyle: string;
	readonly visitors: readonly [Visitor, ...Visitor[]];
	/** What the person is called once registered. */
	readonly customerId: string;
	isRegistered: boolean;
}

const cartStyles = weighted([
	['default', 1],
	['compact', 1],
]);

/** How many browsers people with several have. */
const severalDevices = weighted([
	[2, 5],
	[3, 1],
]);

/** Draws who somebody is. */
export function drawPerson(options: CrowdOptions, isBot: boolean, random: Random): Person {
	const place = pickWeighted(places, random);
	const cartStyle = pickWeighted(cartStyles, random);
	const customer = Math.floor(random() * 2 ** 32);
	const several = random() < options.severalDevicesShare && !isBot;
	const devices = several ? pickWeighted(severalDevices, random) : 1;
	const visitors = Array.from({ length: devices }, () => drawVisitor(isBot, random)) as [Visitor, ...Visitor[]];
	return { place, isBot, cartStyle, visitors, customerId: `customer-${customer}`, isRegistered: false };
}

function drawVisitor(isBot: boolean, random: Random): Visitor {
	return {
		id: identity(random),
		profile: pickWeighted(isBot ? machinesProfiles : peoplesProfiles, random),
		nextStream: Math.floor(identity(random) / 4_096) * 4_096,
		userId: '',
		cartItems: 0,
		cartTotal: 0,
		visits: 0,
	};
}

/** 53 bits, as a page draws its stream and visitor. */
function identity(random: Random): number {
	return Math.floor(random() * 0x20_0000) * 0x1_0000_0000 + random() * 0x1_0000_0000;
}

/** Draws that are somebody's own: a child of other draws, so that nobody's shift anybody else's. */
export function ownRandom(random: Random): Random {
	return createRandom(random() * 2 ** 32, random() * 2 ** 32);
}
