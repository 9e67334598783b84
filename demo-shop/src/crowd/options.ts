/** The laws of a crowd. */
export interface CrowdOptions {
	/** 0 to 2^32 − 1. The same seed and laws make the same shoppers, visits and events on every machine. */
	readonly seed: number;
	/** The shop's origin, without a slash at its end. */
	readonly origin: string;
	/** People who are there on a day, on average; each of their devices counts. 1 to 10 million. */
	readonly dailyActiveUsers: number;
	/** How long a person stays a customer: Weibull. */
	readonly lifetimeMeanMs: number;
	readonly lifetimeShape: number;
	/** How often a customer comes back: Weibull, on the shop's own clock. */
	readonly visitsPerDay: number;
	readonly returnShape: number;
	/** The shortest time between two actions of a visit; on average it is half as much longer. */
	readonly actionGapMsMin: number;
	/** 0 to 1: people with several devices, who are the same customer on each once they have signed in. */
	readonly severalDevicesShare: number;
	/** 0 to 1: machines on top of the people. */
	readonly botShare: number;
	/** 0 to 1: batches that arrive minutes to days after they were sent. */
	readonly lateShare: number;
	/** 0 to 1: batches that arrive twice. */
	readonly duplicateShare: number;
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
	// At most 0.02 actions a second.
	actionGapMsMin: 50_000,
	severalDevicesShare: 0.2,
	botShare: 0.02,
	lateShare: 0,
	duplicateShare: 0,
};
