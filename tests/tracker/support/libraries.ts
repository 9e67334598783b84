import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const modules = fileURLToPath(new URL('../node_modules', import.meta.url));
const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Prototype is not on npm; Debian's package `libjs-prototype` has it here. */
const prototypePath = '/usr/share/javascript/prototype/prototype.js';
/** Whether the system has Prototype. Tests that need it are skipped without. */
export const hasPrototype: boolean = existsSync(prototypePath);

/** Built files of each library, as its authors publish them, in the order in which a page loads them. */
const files = {
	'htmx 2': [`${modules}/htmx.org-2/dist/htmx.min.js`],
	'htmx 4': [`${modules}/htmx.org/dist/htmx.min.js`],
	'Prototype 1.7': [prototypePath],
	'React 18': [
		`${modules}/react-18/umd/react.production.min.js`,
		`${modules}/react-dom-18/umd/react-dom.production.min.js`,
	],
	'Turbo 8': [`${modules}/@hotwired/turbo/dist/turbo.es2017-umd.js`],
	'Vue 3': [`${modules}/vue/dist/vue.global.prod.js`],
	'zone.js': [`${modules}/zone.js/bundles/zone.umd.min.js`],
} as const;

/** React 19 is published as modules only, so its script is made here, with the globals that the script of 18 has. */
const react19 = `import * as React from 'react'; import * as ReactDOM from 'react-dom/client';
Object.assign(window, { React, ReactDOM });`;

export type LibraryName = keyof typeof files | 'React 19';

/** Returns a library as a script, which defines the globals that its documentation names. */
export function library(name: LibraryName): string {
	if (name !== 'React 19') return files[name].map((file) => readFileSync(file, 'utf8')).join('\n;');
	return asScript(react19);
}

/** Returns the module of the tracker as an application has it in its bundle, with its functions as `bundle`. */
export const trackerInBundle = (): string =>
	asScript(`import * as bundle from './packages/tracker/dist/footfall.mjs'; window.bundle = bundle;`, root);

function asScript(contents: string, resolveDir = modules): string {
	const { outputFiles } = buildSync({
		stdin: { contents, resolveDir },
		bundle: true,
		minify: true,
		write: false,
		define: { 'process.env.NODE_ENV': '"production"' },
	});
	return outputFiles[0]?.text ?? '';
}
