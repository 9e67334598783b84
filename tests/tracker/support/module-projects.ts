import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, vi } from 'vitest';
import { installTracker } from './installed-tracker.js';
import type { RealCollector } from './real-collector.js';

/** An application outside the workspace, with the tracker's package installed. */
export interface Project {
	folder: string;
	write(path: string, text: string): void;
	remove(): void;
}

export function startProject(): Project {
	const folder = mkdtempSync(join(tmpdir(), 'footfall-project-'));
	installTracker(folder);
	return {
		folder,
		write(path, text) {
			mkdirSync(dirname(join(folder, path)), { recursive: true });
			writeFileSync(join(folder, path), text);
		},
		remove: () => rmSync(folder, { recursive: true, force: true }),
	};
}

/** A page that a test opened, with what it wrote to the console. */
export interface OpenPage {
	page: Page;
	complaints: string[];
}

/** @param browser opens the page; a page that a browser opens has a profile of its own, which ends with it */
export async function openPage(browser: { newPage(): Promise<Page> }, address: string): Promise<OpenPage> {
	const page = await browser.newPage();
	const complaints: string[] = [];
	page.on('console', (message) => complaints.push(message.text()));
	page.on('pageerror', (error) => complaints.push(String(error)));
	await page.goto(address);
	return { page, complaints };
}

/** Waits until events of the pages below an address are stored, given as name and object id. */
export async function expectStored(
	collector: RealCollector,
	address: string,
	events: readonly string[],
): Promise<void> {
	await vi.waitFor(
		async () => {
			const stored = await collector.stored(address);
			expect(stored.map(({ name, obj_id }) => `${name} ${obj_id}`.trim())).toEqual(expect.arrayContaining([...events]));
		},
		{ timeout: 60_000, interval: 100 },
	);
}
