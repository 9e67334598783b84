import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchChromium } from '@footfall/demo-shop';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FootfallProcess } from '../support/footfall-process.js';

/** The page, whose blocks are run as they are in an empty folder. */
const page = readFileSync(new URL('../../docs/how-to/count-your-own-events.md', import.meta.url), 'utf8');
const blocks = [...page.matchAll(/^```(\w*)\n(.*?)^```/gms)].map(([, language = '', text = '']) => ({
	language,
	text,
}));
const blockAfter = (words: string) =>
	/^```\w*\n(.*?)^```/ms.exec(page.slice(page.indexOf(words) + words.length))?.[1] ?? '';
const definitions = blocks.find(({ text }) => text.includes('"$schema"'))?.text ?? '';

/** Rows of the table of the page about the views: each view with the words and numbers that it shows. */
const numbersOf = (view: string) => {
	const row = page.split('\n').find((line) => line.startsWith(`| \`${view}\` |`)) ?? '';
	return (row.split(' | ')[1] ?? '')
		.replace(/ \|$/, '')
		.split('; ')
		.map((each) => {
			const [name = '', value = ''] = each.split(': ');
			return { name, value: value.replace(/ .*/, '') };
		});
};

const folder = mkdtempSync(join(tmpdir(), 'footfall-own-events-'));
const definitionsFile = join(folder, 'footfall', 'definitions.json');
const patient = { timeout: 90_000, interval: 250 };
let up: FootfallProcess | undefined;
let browser: Browser;
let dashboard: Page;

beforeAll(async () => {
	browser = await launchChromium();
});
afterAll(async () => {
	await browser.close();
	await up?.interrupt();
	rmSync(folder, { recursive: true, force: true });
});

/** Runs a command line of the page. `footfall up` goes on, on free ports. */
async function run(line: string): Promise<string> {
	const [, ...args] = line.split(' ');
	if (args[0] === 'up') {
		const ports = ['--port', '0', '--admin-port', '0', '--dashboard-port', '0', '--transform-seconds', '1'];
		up = new FootfallProcess([...args, ...ports], {}, folder);
		dashboard = await browser.newPage({ viewport: { width: 1360, height: 1000 } });
		await dashboard.goto(await up.printed(/^Dashboard\s+(\S+)/m));
		return '';
	}
	const process = new FootfallProcess(args, {}, folder);
	const code = await process.exit();
	expect(code, `${line}\n${process.stdout}${process.stderr}`).toBe(0);
	return process.stdout;
}

/** The text of a view of the two days, as soon as it is drawn. */
async function textOf(view: string): Promise<string> {
	const { origin } = new URL(dashboard.url());
	await dashboard.goto(`${origin}/?view=${view}&from=2026-05-04&to=2026-05-05`);
	await dashboard.waitForSelector(`main[data-shown=${view}]:not([aria-busy])`);
	return (await dashboard.locator('body').allInnerTexts()).join('\n');
}

/** Waits until a view has the words, each with its number after it. */
const expectNumbers = (view: string, numbers: readonly { name: string; value: string }[]) =>
	expect
		.poll(async () => {
			const words = (await textOf(view)).split(/\s*[\n\t·]\s*/);
			return numbers.filter(
				({ name, value }) => !words.some((word, i) => word === name && words.slice(i + 1, i + 4).includes(value)),
			);
		}, patient)
		.toEqual([]);

const notices = async () => {
	const { origin } = new URL(dashboard.url());
	const answer = await dashboard.request.get(`${origin}/api/notices`);
	return ((await answer.json()) as { notices: { kind: string; text: string }[] }).notices;
};

describe('the page about events of your own', () => {
	it('goes from an empty folder to the numbers in the dashboard, block by block', async () => {
		writeFileSync(join(folder, 'events.ndjson'), blockAfter('to a file `events.ndjson`:'));
		const lines = blocks.filter(({ language }) => language === 'sh').flatMap(({ text }) => text.trim().split('\n'));
		expect(lines.slice(0, 4)).toEqual([
			'footfall import events.ndjson',
			'footfall init',
			'footfall transforms definitions',
			'footfall up',
		]);
		expect(await run(lines[0] ?? '')).toContain('6 events stored');
		await run(lines[1] ?? '');
		writeFileSync(definitionsFile, definitions);
		expect(await run(lines[2] ?? '')).toBe(blockAfter('prints what is defined:\n\n'.trim()));
		await run(lines[3] ?? '');
		for (const view of ['goals', 'funnels', 'experiments', 'events']) {
			const numbers = numbersOf(view);
			expect(numbers.length).toBeGreaterThan(1);
			await expectNumbers(view, numbers);
		}
	});

	it('applies a change of the file while footfall up runs, and tells a fault once', async () => {
		const fault = blockAfter('With `"atleast"` instead of `"atLeast"`:').replace('footfall: ', '').trim();
		writeFileSync(definitionsFile, definitions.replace('"atLeast"', '"atleast"'));
		await expect.poll(async () => (await notices()).map(({ kind }) => kind), patient).toEqual(['definitions-faulty']);
		expect((await notices())[0]?.text).toContain(fault);
		expect(await textOf('goals')).toContain(fault);
		await expectNumbers('goals', numbersOf('goals'));
		// Several further runs have read nothing new.
		await new Promise((resolve) => setTimeout(resolve, 4_000));
		const logged = `${up?.stdout}${up?.stderr}`.split('\n').filter((line) => line.includes('atleast'));
		expect(logged).toHaveLength(1);
		expect(logged[0]).toContain('definitions.json:6:85');

		writeFileSync(definitionsFile, definitions.replace('"title": "Sign-ups"', '"title": "Registrations"'));
		const [signups, ...others] = numbersOf('goals');
		await expectNumbers('goals', [{ name: 'Registrations', value: signups?.value ?? '' }, ...others]);
		expect(await notices()).toEqual([]);
	});
});
