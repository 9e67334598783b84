import { urlOf } from '@footfall/host';
import type { Logger } from '../logger.js';
import { type Administered, adminRoutes } from './admin-routes.js';
import { listenForOperators } from './admin-server.js';
import { docsRoutes } from './docs-routes.js';

/** The server of the admin port. */
export interface Admin {
	readonly url: string;
	/** Closes every connection and the port. */
	stop(): Promise<void>;
}

/**
 * Serves health, metrics and the API documentation to operators.
 *
 * @param at host and port; port 0 for any free one
 * @param publicUrl URL of the public port
 * @throws StartRefusal when the port is taken
 */
export async function startAdmin(
	{ host, port, logger }: { host: string; port: number; logger: Logger },
	publicUrl: string,
	administered: Administered,
): Promise<Admin> {
	const routes = [...adminRoutes(administered), ...docsRoutes(publicUrl)];
	const server = await listenForOperators('--admin-port', { host, port, routes, logger });
	return { url: urlOf(host, server.port), stop: server.stop };
}
