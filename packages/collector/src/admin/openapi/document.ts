import { answerSchemas } from './answer-schemas.js';
import { eventSchema } from './event-schema.js';
import { eventsOperation } from './events-operation.js';
import { adminPaths, pagePaths } from './other-paths.js';

/**
 * The collector's HTTP interface as OpenAPI 3.1. Limits, outcomes and the event's fields come from the code that applies them.
 *
 * @param publicUrl where pages and servers reach the collector
 */
export function openApiDocument(publicUrl: string): object {
	const admin = Object.entries(adminPaths).map(([path, item]) => [path, { servers: [adminServer], ...item }]);
	return {
		openapi: '3.1.1',
		info: {
			title: 'Footfall collector',
			version: '1',
			description: 'Takes events, keeps them on disk, and brings each one to ClickHouse once.',
			license: { name: 'MIT', identifier: 'MIT' },
		},
		tags: [
			{ name: 'events', description: 'The JSON door, for servers and pages' },
			{ name: 'tracker', description: 'What the tracker in pages uses' },
			{ name: 'operation', description: 'On the admin port' },
		],
		servers: [{ url: publicUrl, description: 'For pages and servers' }],
		paths: { '/v1/events': { post: eventsOperation }, ...pagePaths, ...Object.fromEntries(admin) },
		components: { schemas: { Event: eventSchema(), ...answerSchemas } },
	};
}

/** Relative to where the document is served. */
const adminServer = { url: '/', description: 'For operators, on the loopback address only' };
