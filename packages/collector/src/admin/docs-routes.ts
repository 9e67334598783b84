import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { json, type Reply } from '../accept/transport/http.js';
import type { AdminRoute } from './admin-server.js';
import { openApiDocument } from './openapi/document.js';

const require = createRequire(import.meta.url);

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Footfall collector</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
`;

// The validator is disabled: it would send the document to a public one.
const start = `SwaggerUIBundle({ url: 'openapi.json', dom_id: '#docs', validatorUrl: null, defaultModelsExpandDepth: 0 });\n`;

/**
 * `GET /openapi.json`, and `GET /docs`, which renders it. All files are served locally, so the page works without
 * internet access.
 *
 * @param publicUrl URL to which the page may send requests that its reader tries
 */
export function docsRoutes(publicUrl: string): AdminRoute[] {
	const document = JSON.stringify(openApiDocument(publicUrl));
	const headers = [['Content-Security-Policy', contentSecurityPolicy(publicUrl)]] as const;
	const get = (path: string, handle: AdminRoute['handle']): AdminRoute => ({ path, handle });
	return [
		get('/openapi.json', () => json(200, document)),
		get('/docs', () => reply('text/html', page, ...headers)),
		get('/docs/start.js', () => reply('text/javascript', start)),
		get(
			'/docs/swagger-ui-bundle.js',
			packaged('text/javascript', require.resolve('swagger-ui-dist/swagger-ui-bundle.js')),
		),
		get('/docs/swagger-ui.css', packaged('text/css', require.resolve('swagger-ui-dist/swagger-ui.css'))),
	];
}

/** Swagger UI has icons as data URLs, and sets styles on its elements. */
function contentSecurityPolicy(publicUrl: string): string {
	return [
		"default-src 'none'",
		"script-src 'self'",
		"style-src 'self' 'unsafe-inline'",
		'img-src data:',
		`connect-src 'self' ${publicUrl}`,
		"base-uri 'none'",
		"form-action 'none'",
		"frame-ancestors 'none'",
	].join('; ');
}

/** A file of a package. It is read at the start, since a copy for each request would let a sender fill the memory. */
function packaged(type: string, path: string): () => Reply {
	const file = readFileSync(path);
	return () => reply(type, file);
}

function reply(type: string, body: string | Uint8Array, ...headers: Reply['headers']): Reply {
	const own = [
		['Content-Type', `${type}; charset=utf-8`],
		['X-Content-Type-Options', 'nosniff'],
	] as const;
	return { status: 200, headers: [...own, ...headers], body };
}
