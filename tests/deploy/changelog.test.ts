import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { changelogFaults, sectionOf } from '../../scripts/release/changelog.js';

const read = (path: string) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
const changelog = read('CHANGELOG.md');
const versions = [...changelog.matchAll(/^## (\S+) \(/gm)].map(([, version]) => version as string);

describe('CHANGELOG.md', () => {
	it.each(versions)('has what the release takes from the section of %s', (version) => {
		const faults = changelogFaults(changelog, version);
		// Only a version that is not released yet has no date.
		expect(faults.filter((fault) => !(version === versions[0] && /has no date/.test(fault)))).toEqual([]);
	});

	it('begins with the version of the packages', () => {
		expect(versions[0]).toBe(JSON.parse(read('package.json')).version);
	});
});

describe('the section of a version', () => {
	const text =
		'# Changelog\n\n## 2.0.0 (2026-01-31)\n\nNew.\n\n### Added\n\n- A.\n\n## 1.0.0 (unreleased)\n\n### Fixed\n';

	it('is the text below its heading, with its date', () => {
		expect(sectionOf(text, '2.0.0')).toEqual({ date: '2026-01-31', text: 'New.\n\n### Added\n\n- A.\n' });
		expect(sectionOf(text, '1.0.0')).toEqual({ date: undefined, text: '### Fixed\n' });
		expect(sectionOf(text, '0.0')).toBeUndefined();
	});

	it.each([
		['', 'no heading "## 2.0.0 (DATE)"'],
		[text.replace('(2026-01-31)', '(unreleased)'), 'has no date'],
		[text.replace('Added', 'Changed'), 'a group "Changed"'],
		[text.replace('### Added', '### Fixed\n\n### Added'), 'not in the order Added, Fixed'],
		[text.replace('### Added\n\n', ''), 'no groups below 2.0.0'],
	])('has a fault in %j', (faulty, fault) => {
		expect(changelogFaults(faulty, '2.0.0').join('\n')).toContain(fault);
	});
});
