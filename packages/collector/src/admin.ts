import { type Administered, adminRoutes } from './accept/admin-routes.js';
import { docsRoutes } from './accept/docs-routes.js';
import { listenOrRefuse, urlOf } from './accept/listen-or-refuse.js';

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
export function startAdmin(
	{ host, port }: { host: string; port: number },
	publicUrl: string,
	administered: Administered,
): Admin {
	const routes = [...adminRoutes(administered), ...docsRoutes(publicUrl)];
	const server = listenOrRefuse('--admin-port', { host, port, routes });
	return { url: urlOf(host, server.port), close: () => server.close() };
}
