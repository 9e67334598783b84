import { type Administered, adminRoutes } from './accept/admin-routes.js';
import { listenForOperators } from './accept/admin-server.js';
import { docsRoutes } from './accept/docs-routes.js';
import { urlOf } from './accept/listen-or-refuse.js';

/** The port of operators. */
export interface Admin {
	readonly url: string;
	close(): void;
}

/**
 * Serves health, metrics and the documentation.
 *
 * @param publicUrl where pages reach the collector
 * @param at its address; port 0 for any free one
 * @throws StartRefusal when the port is taken
 */
export async function startAdmin(
	{ host, port }: { host: string; port: number },
	publicUrl: string,
	administered: Administered,
): Promise<Admin> {
	const routes = [...adminRoutes(administered), ...docsRoutes(publicUrl)];
	const server = await listenForOperators('--admin-port', { host, port, routes });
	return { url: urlOf(host, server.port), close: () => server.close() };
}
