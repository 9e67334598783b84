// The sections of CHANGELOG.md.

/** Headings below a version, in their order. */
const groups = ['Upgrade', 'Breaking', 'Added', 'Fixed'];

/**
 * Finds the section of a version, without its heading. Pure.
 *
 * @returns `date` such as 2026-01-31, or undefined for a version that is not released; undefined without a section
 */
export function sectionOf(changelog, version) {
	const [, ...sections] = changelog.split(/^## /m);
	const section = sections.find((each) => each.startsWith(`${version} (`));
	if (section === undefined) return undefined;
	const [heading = ''] = section.split('\n', 1);
	const [, date] = /\((\d{4}-\d{2}-\d{2})\)$/.exec(heading) ?? [];
	return { date, text: `${section.slice(heading.length).trim()}\n` };
}

/** The faults of the section of a version, one line each. Pure. */
export function changelogFaults(changelog, version) {
	const section = sectionOf(changelog, version);
	if (section === undefined) return [`CHANGELOG.md has no heading "## ${version} (DATE)"`];
	const found = [...section.text.matchAll(/^### (.+)$/gm)].map(([, name]) => name);
	const unknown = found.filter((name) => !groups.includes(name));
	const sorted = groups.filter((name) => found.includes(name));
	return [
		...(section.date === undefined
			? [`the heading of ${version} in CHANGELOG.md has no date such as (2026-01-31)`]
			: []),
		...unknown.map(
			(name) => `CHANGELOG.md has a group "${name}" below ${version}; the groups are ${groups.join(', ')}`,
		),
		...(unknown.length === 0 && found.join() !== sorted.join()
			? [`the groups of ${version} in CHANGELOG.md are repeated or not in the order ${sorted.join(', ')}`]
			: []),
		...(found.length === 0 ? [`CHANGELOG.md has no groups below ${version}`] : []),
	];
}
