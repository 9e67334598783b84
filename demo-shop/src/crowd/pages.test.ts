import { expect, it } from 'vitest';
import { createRespond } from '../respond.js';
import { shopPages } from '../shoppers/transition-table.js';
import { pageFaces } from './pages.js';

const respond = createRespond({ collectorOrigin: 'http://127.0.0.1:7070', site: 'shop' }, new Map());

it.each(shopPages)('%s has the kind and the title that the crowd uses', (path) => {
	const html = String(respond('GET', path).body);
	const title = /<title>(.*?)<\/title>/.exec(html)?.[1];
	const kind = /data-ff-page="(.*?)"/.exec(html)?.[1];
	expect({ kind, title }).toEqual(pageFaces[path]);
});
