const form = document.querySelector('#login') as HTMLFormElement;
const field = document.querySelector('#token') as HTMLInputElement;
const fault = document.querySelector('#fault') as HTMLElement;

/** Exchanges the token for a cookie, and removes it from the address. */
async function logIn(token: string): Promise<void> {
	history.replaceState(null, '', location.pathname + location.search);
	const { status } = await fetch('/login', { method: 'POST', body: token }).catch(() => ({ status: 0 }));
	if (status === 200) {
		location.reload();
		return;
	}
	fault.textContent =
		status === 401
			? 'The token is not valid. Use the one that Footfall printed at its last start.'
			: 'The dashboard does not answer. Check that Footfall is running.';
	field.focus();
}

form.addEventListener('submit', (event) => {
	event.preventDefault();
	void logIn(field.value.trim());
});

/**
 * Opens the dashboard if the reader is already logged in. The browser does not send the cookie with a link from another
 * site, but does send it with requests of this page.
 */
async function openIfLoggedIn(): Promise<void> {
	// After a reload the cookie was not sent either, so the page asks for the token instead of reloading again.
	const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
	if (navigation?.type === 'reload') {
		field.focus();
		return;
	}
	const { ok } = await fetch('/app.js', { method: 'HEAD' }).catch(() => ({ ok: false }));
	if (ok) location.reload();
	else field.focus();
}

const given = new URLSearchParams(location.hash.slice(1)).get('token');
if (given) void logIn(given);
else void openIfLoggedIn();
