/** Where a session came from, in one word; as in the mart `acquisition_days`. */
const channel = "multiIf(utm_source != '', 'campaign', entry_referrer_host != '', 'referral', 'direct')";

/** What sessions can be told apart by, as expressions over the mart `sessions`. */
export const segmentExpressions = {
	device: 'device',
	browser: 'browser',
	os: 'os',
	country: 'country',
	channel,
	referrer: 'entry_referrer_host',
	source: 'utm_source',
	medium: 'utm_medium',
	campaign: 'utm_campaign',
	entry: 'entry_path',
} as const;

export type SegmentName = keyof typeof segmentExpressions;

export const segmentNames = Object.keys(segmentExpressions) as SegmentName[];
