import { createRandom, type Random } from '@footfall/random';
import type { Product } from '../products.js';
import { botProfiles, type DeviceProfile, peopleProfiles } from './device-profiles.js';
import type { CrowdOptions } from './options.js';
import type { PricedOrder } from './order.js';
import { type Place, places } from './places.js';
import { pickWeighted, weighted } from './weighted.js';

/** A browser of a person, which analytics counts as a visitor. Its state persists across visits. */
export interface Visitor {
	/** Visitor id, 53 bits. */
	readonly id: number;
	readonly profile: DeviceProfile;
	/** Number of the next page load. Numbers count up from a random start, so that no two page loads share one. */
	nextStream: number;
	/** Customer id; empty while this browser is not signed in. */
	userId: string;
	/** Number of items in the cart. */
	cartItems: number;
	/** Price of the items in the cart, EUR. */
	cartTotal: number;
	/** The items in the cart, and the latest order until the next visit; kept only where a crowd has orders. */
	cart: Product[];
	latestOrder: PricedOrder | undefined;
	visits: number;
}

export interface Person {
	readonly place: Place;
	readonly isBot: boolean;
	/** Variant of the experiment `cart_style`. */
	readonly cartStyle: string;
	readonly visitors: readonly [Visitor, ...Visitor[]];
	/** User id of the person after registering. */
	readonly customerId: string;
	isRegistered: boolean;
}

const cartStyles = weighted([
	['default', 1],
	['compact', 1],
]);

/** Number of browsers of people with several, weighted by frequency. */
const severalDevices = weighted([
	[2, 5],
	[3, 1],
]);

/** Draws a person: place, variant, browsers and customer id. */
export function drawPerson(options: CrowdOptions, isBot: boolean, random: Random): Person {
	const place = pickWeighted(places, random);
	const cartStyle = pickWeighted(cartStyles, random);
	const customer = Math.floor(random() * 2 ** 32);
	const several = random() < options.severalDevicesShare && !isBot;
	const devices = several ? pickWeighted(severalDevices, random) : 1;
	const visitors = Array.from({ length: devices }, () => drawVisitor(isBot, random)) as [Visitor, ...Visitor[]];
	return { place, isBot, cartStyle, visitors, customerId: `customer-${customer}`, isRegistered: false };
}

/** The cart of all visitors who have put nothing into it. */
const noProducts: Product[] = [];

function drawVisitor(isBot: boolean, random: Random): Visitor {
	return {
		id: identity(random),
		profile: pickWeighted(isBot ? botProfiles : peopleProfiles, random),
		nextStream: Math.floor(identity(random) / 4_096) * 4_096,
		userId: '',
		cartItems: 0,
		cartTotal: 0,
		cart: noProducts,
		latestOrder: undefined,
		visits: 0,
	};
}

/** A random number of 53 bits, as a page draws its stream and visitor id. */
function identity(random: Random): number {
	return Math.floor(random() * 0x20_0000) * 0x1_0000_0000 + random() * 0x1_0000_0000;
}

/** A random stream derived from another one, so that the number of draws of one person does not affect other people. */
export function ownRandom(random: Random): Random {
	return createRandom(random() * 2 ** 32, random() * 2 ** 32);
}
