export function sectionOf(changelog: string, version: string): { date: string | undefined; text: string } | undefined;
export function changelogFaults(changelog: string, version: string): string[];
