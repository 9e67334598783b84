import { startDashboard } from '@footfall/dashboard';
import { build, compileOrThrow } from '@footfall/transforms';
import { connect } from '@footfall/warehouse';
import { startTestWarehouse } from '@footfall/warehouse/testing';
import { expect, it } from 'vitest';
import { eventually } from '../support/footfall-process.js';

const token = 'token-of-the-left-out';

it('the dashboard exports left-out visitors and sites, and id conflicts, as metrics with the read-only account', async () => {
	const test = await startTestWarehouse();
	const reader = connect({ url: test.server.url, ...test.server.reader });
	const quiet = () => undefined;
	const logger = { info: quiet, warn: quiet, error: quiet, debug: quiet };
	const dashboard = await startDashboard({ port: 0, token, warehouse: reader, logger });
	const metrics = async () => {
		const answer = await fetch(`${dashboard.url}/metrics`, { headers: { Authorization: `Bearer ${token}` } });
		return (await answer.text()).split('\n').filter((line) => /^footfall_(marts_left|event_conf)/.test(line));
	};
	try {
		// The tables do not exist before the first run.
		expect(await metrics()).toEqual([]);
		await build(test.warehouse, compileOrThrow());
		expect(await metrics()).toEqual([]);
		const put = (id: string, amount: number) =>
			test.warehouse.command(
				`INSERT INTO events (site, visitor_id, event_id, ts, received_at, name, obj, amount, url) SETTINGS async_insert = 0
				SELECT 'shop', 1, '${id}', now64(3), now64(3), 'click', 'button', ${amount}, 'https://shop.test/'`,
			);
		const id = '0190163d-8694-739b-aea5-966c26f8ad91';
		await put(id, 100);
		await build(test.warehouse, compileOrThrow());
		await put(id, 0);
		await build(test.warehouse, compileOrThrow());
		await test.warehouse.command(
			"INSERT INTO transform_left_out (site, is_site, visitor_id, reason) VALUES ('shop', false, 1, 'a test'), ('blog', true, 0, 'a test')",
		);
		// A scrape has no series of a query that takes more than two seconds, as on a busy machine.
		const seriesCount = 8;
		const complete = await eventually(async () => {
			const lines = await metrics();
			return lines.length >= seriesCount ? lines : undefined;
		});
		expect(complete).toEqual([
			'footfall_marts_left_out{site="blog",kind="visitor"} 0',
			'footfall_marts_left_out{site="blog",kind="site"} 1',
			'footfall_marts_left_out{site="shop",kind="visitor"} 1',
			'footfall_marts_left_out{site="shop",kind="site"} 0',
			expect.stringMatching(/^footfall_marts_left_out_events\{site="blog"\} 0$/),
			expect.stringMatching(/^footfall_marts_left_out_events\{site="shop"\} [12]$/),
			'footfall_event_conflicts{site="blog"} 0',
			'footfall_event_conflicts{site="shop"} 1',
		]);
	} finally {
		await dashboard.stop();
		await reader.close();
		await test.stop();
	}
});
