import { StartRefusal } from './start-refusal.js';

/** Where a ClickHouse is. User, password and database may stand in the URL instead. */
export interface WarehouseAddress {
	/** `http://user:password@host:8123/database`, or https. */
	url: string;
	user?: string;
	password?: string;
	/** @default footfall */
	database?: string;
}

const defaultDatabase = 'footfall';
const example = 'http://user:password@host:8123/database';

/** An address in its parts. The URL is never repeated in a message: it may hold a password. */
export function parseAddress(address: WarehouseAddress): {
	url: string;
	username: string;
	password: string;
	database: string;
} {
	if (!URL.canParse(address.url)) throw addressRefusal('is not a URL');
	const url = new URL(address.url);
	if (url.protocol !== 'http:' && url.protocol !== 'https:') {
		throw addressRefusal(`starts with ${url.protocol}// but Footfall speaks ClickHouse's HTTP interface`);
	}
	if (url.search !== '' || url.hash !== '') throw addressRefusal('has more than a path after the host');
	const database = address.database ?? (decode(url.pathname.replace(/^\/|\/$/g, '')) || defaultDatabase);
	// A path with credentials in it may be a second address, with a password.
	if (/[@:]/.test(database)) throw addressRefusal('has a user, a port or a second server after the first host');
	if (!/^\w{1,64}$/.test(database)) {
		throw addressRefusal(`asks for a database "${database}" but names are of letters, digits and underscores`);
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
