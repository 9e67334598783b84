import { fetchNotices } from './api-client.js';
import { byId, h } from './dom.js';

/** Interval at which the notices are fetched while the page is visible, milliseconds. */
const refreshMs = 10_000;

let shown = '';

/** Shows what an owner should know about the marts, above every view, as long as it is so. */
export function watchNotices(): void {
	void refresh();
	setInterval(() => {
		if (!document.hidden) void refresh();
	}, refreshMs);
	document.addEventListener('visibilitychange', () => {
		if (!document.hidden) void refresh();
	});
}

async function refresh(): Promise<void> {
	// A failure is shown by the view. Until the next answer, the notices stay.
	const notices = await fetchNotices().catch(() => undefined);
	const text = JSON.stringify(notices);
	if (notices === undefined || text === shown) return;
	shown = text;
	byId('notices').replaceChildren(
		...notices.map((notice) =>
			h(
				'div.notice',
				{ 'data-notice': notice.kind },
				h('p', {}, h('strong', {}, notice.text)),
				h('p', {}, notice.remedy),
			),
		),
	);
}
