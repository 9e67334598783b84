// Files that no published package may contain, whatever the rules are by which its files are copied.

const forbidden = [
	[/\.(test|spec|bench)\.[cm]?[jt]sx?$|(^|\/)(__tests__|testing|fixtures)\//, 'a test'],
	[/(?<!\.d)\.[cm]?tsx?$/, 'a source'],
	[
		/\.(map|tsbuildinfo)$|(^|\/)(tsconfig[^/]*\.json|(rollup|rolldown|vite|vitest)\.config\.\w+)$/,
		'a file of the build',
	],
	[/(^|\/)\.[^/]/, 'a hidden file'],
	[/\.(pem|key|log)$|(^|\/)(footfall\.json|secrets)(\/|$)/, 'a file of a machine'],
];

/** The faults of the files of a package, one line each. Pure. @param files paths from the root of the package */
export const contentFaults = (files) =>
	files.flatMap((file) => {
		const [, what] = forbidden.find(([pattern]) => pattern.test(file)) ?? [];
		return what === undefined ? [] : [`${file} is ${what}, which a published package must not contain`];
	});
