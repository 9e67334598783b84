import { h } from './dom.js';

type Theme = 'light' | 'dark' | 'auto';

const key = 'footfall-theme';
const next: Readonly<Record<Theme, Theme>> = { auto: 'light', light: 'dark', dark: 'auto' };
const names: Readonly<Record<Theme, string>> = { auto: 'System', light: 'Light', dark: 'Dark' };

function kept(): Theme {
	const theme = localStorage.getItem(key);
	return theme === 'light' || theme === 'dark' ? theme : 'auto';
}

function apply(theme: Theme): void {
	document.documentElement.dataset.theme = theme;
	if (theme === 'auto') localStorage.removeItem(key);
	else localStorage.setItem(key, theme);
}

/** A button that cycles through the themes. The browser stores the choice. */
export function themeButton(): HTMLElement {
	const button = h('button.tool', {
		type: 'button',
		click: () => {
			apply(next[kept()]);
			name();
		},
	});
	const name = () => {
		button.textContent = `Theme: ${names[kept()]}`;
	};
	apply(kept());
	name();
	return button;
}
