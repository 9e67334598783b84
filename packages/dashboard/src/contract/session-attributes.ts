/** A property of a session, as views list it and filters match it. */
interface SessionAttribute {
	/** Name of one value, for the UI. */
	title: string;
	/** Column of the mart `sessions`. */
	column: string;
	/** Views can be filtered by it. Its key is then a parameter of the API and of the page's address. */
	isFilter: boolean;
	/** Name of all values, for attributes that the mart `audience_days` counts under the key as `dimension`. */
	audienceTitle?: string;
	/**
	 * How a value is shown: `name` as it is, `word` capitalised, `country` as the name of an ISO 3166-1 alpha-2 code.
	 * @default name
	 */
	format?: 'name' | 'word' | 'country';
	/** A value is the path of a page, which a filter takes in any form of its percent-encoding. */
	isPath?: boolean;
}

/** Every attribute of sessions that the dashboard uses, in the order of the list of filters. */
const attributes = {
	device: { title: 'Device', column: 'device', isFilter: true, audienceTitle: 'Devices', format: 'word' },
	browser: { title: 'Browser', column: 'browser', isFilter: true, audienceTitle: 'Browsers' },
	os: { title: 'Operating system', column: 'os', isFilter: true, audienceTitle: 'Operating systems' },
	country: { title: 'Country', column: 'country', isFilter: true, audienceTitle: 'Countries', format: 'country' },
	channel: {
		title: 'Channel',
		column: 'channel',
		isFilter: true,
		format: 'word',
	},
	referrer: { title: 'Referrer', column: 'entry_referrer_host', isFilter: true },
	source: { title: 'Campaign source', column: 'utm_source', isFilter: true },
	medium: { title: 'Campaign medium', column: 'utm_medium', isFilter: true },
	campaign: { title: 'Campaign', column: 'utm_campaign', isFilter: true },
	entry: { title: 'Landing page', column: 'entry_path', isFilter: true, isPath: true },
	exit: { title: 'Exit page', column: 'exit_path', isFilter: false, isPath: true },
} as const satisfies Record<string, SessionAttribute>;

type Attributes = typeof attributes;
type AttributeName = keyof Attributes;

export type FilterName = {
	[Name in AttributeName]: Attributes[Name]['isFilter'] extends true ? Name : never;
}[AttributeName];

export const sessionAttributes: Readonly<Record<AttributeName, SessionAttribute>> = attributes;

const names = Object.keys(attributes) as AttributeName[];

/** Attributes that views can be filtered by. */
export const filterNames = names.filter((name): name is FilterName => sessionAttributes[name].isFilter);

/** Attributes that the mart `audience_days` counts. */
export const audienceNames = filterNames.filter((name) => sessionAttributes[name].audienceTitle !== undefined);
