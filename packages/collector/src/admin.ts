import { type Administered, adminRoutes } from './accept/admin-routes.js';
import { docsRoutes } from './accept/docs-routes.js';
import { listenOrRefuse, urlOf } from './accept/listen-or-refuse.js';

/** The port of operators. */
export interface Admin {
	readonly url: string;
	close(): void;
}

/**
 * Serves health, metrics and the documentation on 127.0.0.1.
 *
 * @param publicUrl where pages reach the collector
 * @param port 0 for any free one
 * @throws StartRefusal when the port is taken
 */
export function startAdmin(port: number, publicUrl: string, administered: Administered): Admin {
	const routes = [...adminRoutes(administered), ...docsRoutes(publicUrl)];
	const server = listenOrRefuse('--admin-port', { host: '127.0.0.1', port, routes });
	return { url: urlOf('127.0.0.1', server.port), close: () => server.close() };
}
