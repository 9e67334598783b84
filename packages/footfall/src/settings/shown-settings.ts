import { hideSecret } from './hide-secret.js';
import { type Option, type OptionName, options, type Settings } from './options.js';
import type { Origin } from './read-settings.js';

/** A setting without its secret part, for printing. */
export interface ShownSetting {
	/** Flag without its dashes, which is also the key in a settings file. */
	key: string;
	/** The value as the text of a flag; undefined if the setting has no value. */
	text: string | undefined;
	/** The value, null if there is none; of a secret setting, the text with the secret hidden. */
	value: unknown;
	from: Origin;
}

/** Every setting in the order of `options`, with secrets hidden. Pure. */
export function shownSettings(
	settings: Settings<OptionName>,
	origins: Readonly<Record<OptionName, Origin>>,
): ShownSetting[] {
	return Object.entries<Option>(options).map(([name, option]) => {
		const value: unknown = settings[name as OptionName];
		const shared = { key: option.flag, from: origins[name as OptionName] };
		if (value === undefined) return { ...shared, text: undefined, value: null };
		const shown = option.withoutSecrets?.(value) ?? value;
		const text = option.format?.(shown) ?? String(shown);
		if (option.withoutSecrets !== undefined) return { ...shared, text, value: shown };
		if (option.secret === undefined) return { ...shared, text, value };
		const hidden = hideSecret(option.secret, text);
		return { ...shared, text: hidden, value: hidden };
	});
}

/** Formats settings as the lines of an aligned table. Pure. */
export function settingsTable(shown: readonly ShownSetting[]): string[] {
	const rows = [['setting', 'value', 'from'], ...shown.map(({ key, text, from }) => [key, text ?? '–', from])];
	const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
	return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
}

/** Formats settings as one JSON object on one line: `{"port": {"value": 7070, "from": "default"}, …}`. Pure. */
export function settingsJson(shown: readonly ShownSetting[]): string {
	return JSON.stringify(Object.fromEntries(shown.map(({ key, value, from }) => [key, { value, from }])));
}
