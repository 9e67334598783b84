import { StartRefusal } from '@footfall/host';

/** Address of a ClickHouse server. The URL may contain user, password and database; the separate fields win. */
export interface WarehouseAddress {
	/** HTTP or HTTPS URL, such as `http://user:password@host:8123/database`. */
	url: string;
	/** @default the user in the URL, or `default` */
	user?: string;
	/** @default the password in the URL, or empty */
	password?: string;
	/** Letters, digits and underscores, 64 at most. @default the path of the URL, or `footfall` */
	database?: string;
}

const defaultDatabase = 'footfall';
const example = 'http://user:password@host:8123/database';

/**
 * Splits an address into its parts. Messages contain no part of the URL: where it has a fault, any part may be the
 * password. Pure.
 *
 * @throws StartRefusal when the address is not valid
 */
export function parseAddress(address: WarehouseAddress): {
	url: string;
	username: string;
	password: string;
	database: string;
} {
	if (/,\s*https?:\/\//i.test(address.url)) {
		throw addressRefusal('lists several servers, which only footfall transforms accepts; give the URL of one');
	}
	if (!URL.canParse(address.url)) throw addressRefusal('is not a URL');
	const url = new URL(address.url);
	if (url.protocol !== 'http:' && url.protocol !== 'https:') {
		throw addressRefusal("does not start with http:// or https://, but Footfall speaks ClickHouse's HTTP interface");
	}
	if (url.search !== '' || url.hash !== '') throw addressRefusal('has more than a path after the host');
	const database = address.database ?? (decode(url.pathname.replace(/^\/|\/$/g, '')) || defaultDatabase);
	if (/[@:]/.test(database)) throw addressRefusal('has a user, a port or a second server after the first host');
	if (!/^\w{1,64}$/.test(database)) {
		throw addressRefusal(
			'has a path that is not the name of a database: names consist of letters, digits and underscores',
		);
	}
	return {
		url: url.origin,
		username: address.user ?? (decode(url.username) || 'default'),
		password: address.password ?? decode(url.password),
		database,
	};
}

function decode(part: string): string {
	try {
		return decodeURIComponent(part);
	} catch {
		throw addressRefusal('has a percent sign that must be written as %25');
	}
}

function addressRefusal(fault: string): StartRefusal {
	return new StartRefusal(`CLICKHOUSE_URL ${fault}; write it like ${example}`);
}
