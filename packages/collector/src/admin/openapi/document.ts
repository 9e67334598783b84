import { answerSchemas } from './answer-schemas.js';
import { eventSchema } from './event-schema.js';
import { eventsOperation } from './events-operation.js';
import { adminPaths, pagePaths } from './other-paths.js';
import { segmentPaths } from './segment-paths.js';

/**
 * Generates the HTTP interface of the collector as OpenAPI 3.1. Limits, outcomes and fields come from the code that
 * applies them.
 *
 * @param publicUrl URL at which pages and servers reach the collector
 */
export function openApiDocument(publicUrl: string): object {
	const admin = Object.entries(adminPaths).map(([path, item]) => [path, { servers: [adminServer], ...item }]);
	return {
		openapi: '3.1.1',
		info: {
			title: 'Footfall collector',
			version: '1',
			description:
				'Receives events, stores them durably in a write-ahead log, and delivers each event to ClickHouse exactly once.',
			license: { name: 'MIT', identifier: 'MIT' },
		},
		tags: [
			{ name: 'events', description: 'Events as JSON, for servers and pages' },
			{ name: 'segment', description: "Calls of Segment's HTTP API, for servers that move" },
			{ name: 'tracker', description: 'Endpoints of the tracker in pages' },
			{ name: 'operation', description: 'Endpoints of the admin port' },
		],
		servers: [{ url: publicUrl, description: 'Public port, for pages and servers' }],
		paths: { '/v1/events': { post: eventsOperation }, ...segmentPaths, ...pagePaths, ...Object.fromEntries(admin) },
		components: { securitySchemes, schemas: { Event: eventSchema(), ...answerSchemas } },
	};
}

const securitySchemes = {
	writeKey: { type: 'http', scheme: 'bearer', description: 'Write key of a site; only for servers.' },
	writeKeyAsUser: { type: 'http', scheme: 'basic', description: 'Write key as the user; the password is ignored.' },
};

/** Relative to the URL of the document. */
const adminServer = {
	url: '/',
	description: 'Admin port, for operators: on loopback unless --admin-host says otherwise',
};
