import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('../pages/shop.css', import.meta.url), 'utf8');

/** `--ink: light-dark(#2a211c, #f1e9e1)` of the style sheet. */
function colour(name: string, theme: 'light' | 'dark'): string {
	const [, light, dark] = css.match(new RegExp(`--${name}: light-dark\\((#\\w{6}), (#\\w{6})\\)`)) ?? [];
	const found = theme === 'light' ? light : dark;
	if (!found) throw new Error(`--${name} is not in the style sheet`);
	return found;
}

/** Relative luminance as in WCAG 2. */
function luminance(hex: string): number {
	const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
		const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
		return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
	});
	return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
	const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
	return (light + 0.05) / (dark + 0.05);
}

describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
	it.each([
		['ink', 'ground'],
		['ink', 'panel'],
		['quiet', 'ground'],
		['quiet', 'panel'],
		['quiet', 'plate'],
		['action', 'ground'],
		['action', 'panel'],
		['on-action', 'action'],
	])('%s is readable on %s', (ink, ground) => {
		expect(contrast(colour(ink, theme), colour(ground, theme))).toBeGreaterThanOrEqual(4.5);
	});
});
