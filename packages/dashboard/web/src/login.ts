const form = document.querySelector('#login') as HTMLFormElement;
const field = document.querySelector('#token') as HTMLInputElement;
const fault = document.querySelector('#fault') as HTMLElement;

/** Trades the token for a cookie. The address keeps no trace of it. */
async function logIn(token: string): Promise<void> {
	history.replaceState(null, '', location.pathname + location.search);
	const { status } = await fetch('/login', { method: 'POST', body: token }).catch(() => ({ status: 0 }));
	if (status === 200) {
		location.reload();
		return;
	}
	fault.textContent =
		status === 401
			? 'This is not the token. Look for the newest one in the terminal.'
			: 'The dashboard does not answer.';
	field.focus();
}

form.addEventListener('submit', (event) => {
	event.preventDefault();
	void logIn(field.value.trim());
});

/** A browser sends no cookie along with a link from elsewhere, but then with what this page asks for: who is logged in needs no token. */
async function openIfKnown(): Promise<void> {
	// Once: where a browser keeps the cookie back again, somebody has to be asked.
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
else void openIfKnown();
