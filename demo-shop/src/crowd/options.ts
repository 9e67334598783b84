/** Seed and distributions of a crowd. */
export interface CrowdOptions {
	/** 0 to 2^32 − 1. The same options yield the same shoppers, visits and events on every machine. */
	readonly seed: number;
	/** Origin of the shop, without a trailing slash. */
	readonly origin: string;
	/** Average number of active visitors per day; each device of a person is a visitor. 1 to 10 million. */
	readonly dailyActiveUsers: number;
	/** Mean time that a person stays a customer, ms, and shape of its Weibull distribution. */
	readonly lifetimeMeanMs: number;
	readonly lifetimeShape: number;
	/**
	 * Mean number of visits of a customer per day, and shape of the Weibull distribution of the time between visits.
	 */
	readonly visitsPerDay: number;
	readonly returnShape: number;
	/** Minimum time between two actions of a visit, ms; the mean is 1.5 times as long. */
	readonly actionGapMsMin: number;
	/** Share of people with several devices, 0 to 1. They are the same customer on each device after signing in. */
	readonly severalDevicesShare: number;
	/** Bots in addition to the people, as a share of them, 0 to 1. */
	readonly botShare: number;
	/** Share of batches that arrive minutes to days after they were sent, 0 to 1. */
	readonly lateShare: number;
	/** Share of batches that arrive twice, 0 to 1. */
	readonly duplicateShare: number;
	/**
	 * Whether carts become orders, of which some are refunded. All other events are the same. It is missing where it is
	 * off, so that histories of earlier versions keep their ids. @default off
	 */
	readonly orders?: true;
}

const hourMs = 3_600_000;

export const crowdDefaults: CrowdOptions = {
	seed: 1,
	origin: 'https://shop.example',
	dailyActiveUsers: 30,
	lifetimeMeanMs: 13 * hourMs,
	lifetimeShape: 3,
	visitsPerDay: 0.85,
	returnShape: 2,
	// At most 0.02 actions per second.
	actionGapMsMin: 50_000,
	severalDevicesShare: 0.2,
	botShare: 0.02,
	lateShare: 0,
	duplicateShare: 0,
};
