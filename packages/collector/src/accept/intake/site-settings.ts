import { type Site, type SiteTable, siteTable } from './site-table.js';
import { type WriteKeys, writeKeysOf } from './write-keys.js';

/**
 * The sites, their origins and their write keys that are in force. Everything that checks input reads them from here at
 * the time of the check, so that a replacement also applies to connections that are open.
 */
export class SiteSettings {
	#sites: SiteTable;
	#writeKeys: WriteKeys;

	/** @throws StartRefusal when there is no site, or an origin is not valid */
	constructor(sites: readonly Site[]) {
		this.#sites = siteTable(sites);
		this.#writeKeys = writeKeysOf(sites);
	}

	get sites(): SiteTable {
		return this.#sites;
	}

	get writeKeys(): WriteKeys {
		return this.#writeKeys;
	}

	/** Site of JSON events that name none: the first one. */
	get defaultSite(): string {
		const [first = ''] = this.#sites.keys();
		return first;
	}

	/** Puts other sites in force. @throws StartRefusal as the constructor; the earlier sites then stay in force */
	replace(sites: readonly Site[]): void {
		const table = siteTable(sites);
		this.#writeKeys = writeKeysOf(sites);
		this.#sites = table;
	}
}
