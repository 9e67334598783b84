import { describe, expect, it } from 'vitest';
import { snippetOf } from './snippet.js';

const page = { protocol: 'http:', hostname: 'stats.local' };

describe('the snippet of a site', () => {
	it('has the address of the collector and the key of the site', () => {
		expect(snippetOf('blog', 'http://127.0.0.1:7171', page)).toEqual({
			text: '<script defer src="http://127.0.0.1:7171/footfall.js" data-site="blog"></script>',
			note: undefined,
		});
	});

	it('has the host of the dashboard for a collector that listens on all addresses', () => {
		expect(snippetOf('blog', 'http://0.0.0.0:7070', page).text).toContain('"http://stats.local:7070/footfall.js"');
		expect(snippetOf('blog', 'http://[::]:7070', page).text).toContain('"http://stats.local:7070/footfall.js"');
	});

	it('says that pages with HTTPS need another address, and what to replace if the address is not known', () => {
		expect(snippetOf('blog', 'http://a:7070', { ...page, protocol: 'https:' }).note).toContain('HTTPS');
		expect(snippetOf('blog', null, page).note).toContain('Replace https://COLLECTOR');
	});

	it('keeps a hostile key in its attribute', () => {
		expect(snippetOf('"><script>', 'http://a', page).text).toContain('data-site="&quot;>&lt;script>"');
	});
});
