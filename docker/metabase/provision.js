// Sets up Metabase: an administrator, the connection to ClickHouse with the read-only account, the cards of
// cards/*.sql, and a dashboard of them. A repeated run updates only the connection and the cards.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const email = 'admin@footfall.example';
const names = { database: 'Footfall', dashboard: 'Footfall' };
const cardsFolder = join(dirname(fileURLToPath(import.meta.url)), 'cards');

/** Reads a card. The first two lines of its SQL file contain its title and its chart. */
function readCard(file) {
	const [first = '', second = '', ...lines] = readFileSync(join(cardsFolder, file), 'utf8').split('\n');
	const [name, description = ''] = first.replace('-- ', '').split(': ');
	return { name, description, ...JSON.parse(second.replace('-- ', '')), sql: lines.join('\n').trim() };
}

/** Calls Metabase's API. @throws Error when Metabase refuses the request */
async function call(url, session, method, path, body) {
	const response = await fetch(`${url}${path}`, {
		method,
		headers: { 'Content-Type': 'application/json', ...(session ? { 'X-Metabase-Session': session } : {}) },
		...(body === undefined ? {} : { body: JSON.stringify(body) }),
	});
	const text = await response.text();
	if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 300)}`);
	return text === '' ? undefined : JSON.parse(text);
}

/** Logs in as the administrator, and creates the account on a new Metabase first. @returns the session id */
async function logIn(url, password) {
	const properties = await call(url, undefined, 'GET', '/api/session/properties');
	if (!properties['has-user-setup']) {
		await call(url, undefined, 'POST', '/api/setup', {
			token: properties['setup-token'],
			user: { email, password, first_name: 'Footfall', last_name: 'Admin', site_name: 'Footfall' },
			prefs: { site_name: 'Footfall', allow_tracking: false },
		});
	}
	const { id } = await call(url, undefined, 'POST', '/api/session', { username: email, password });
	return id;
}

const listOf = (answer) => answer.data ?? answer;

/** The marts database beside that of the URL; that of the URL if the account for readers has no right to the former. */
async function databaseForPeople({ origin, pathname, username, password }) {
	const database = pathname.slice(1);
	const account = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
	const response = await fetch(`${origin}/?param_name=${database}_marts`, {
		method: 'POST',
		headers: { Authorization: `Basic ${account}` },
		body: 'SELECT count() FROM system.databases WHERE name = {name:String}',
	});
	const text = await response.text();
	if (!response.ok) throw new Error(`ClickHouse: ${response.status} ${text.slice(0, 300)}`);
	return Number(text) === 1 ? `${database}_marts` : database;
}

async function databaseOf(request, clickhouse) {
	const known = listOf(await request('GET', '/api/database')).find(({ name }) => name === names.database);
	const details = {
		host: clickhouse.hostname,
		port: Number(clickhouse.port),
		user: clickhouse.username,
		password: clickhouse.password,
		dbname: await databaseForPeople(clickhouse),
		ssl: clickhouse.protocol === 'https:',
		'scan-all-databases': false,
	};
	const body = { engine: 'clickhouse', name: names.database, details };
	if (known) await request('PUT', `/api/database/${known.id}`, body);
	return known?.id ?? (await request('POST', '/api/database', body)).id;
}

async function cardOf(request, known, database, { name, description, display, dimension, metrics, sql }) {
	const body = {
		name,
		description: description || null,
		display,
		dataset_query: { type: 'native', native: { query: sql, 'template-tags': {} }, database },
		visualization_settings: { 'graph.dimensions': [dimension], 'graph.metrics': metrics },
	};
	const found = known.find((card) => card.name === name);
	if (found) await request('PUT', `/api/card/${found.id}`, body);
	return found?.id ?? (await request('POST', '/api/card', body)).id;
}

/** @param readerUrl URL of ClickHouse, with the read-only account */
export async function provision(url, password, readerUrl) {
	const session = await logIn(url, password);
	const request = (method, path, body) => call(url, session, method, path, body);
	const database = await databaseOf(request, new URL(readerUrl));
	const known = listOf(await request('GET', '/api/card'));
	const cards = [];
	for (const file of readdirSync(cardsFolder).sort())
		cards.push(await cardOf(request, known, database, readCard(file)));
	const dashboards = listOf(await request('GET', '/api/dashboard'));
	const dashboard =
		dashboards.find(({ name }) => name === names.dashboard) ??
		(await request('POST', '/api/dashboard', { name: names.dashboard }));
	const { dashcards = [] } = await request('GET', `/api/dashboard/${dashboard.id}`);
	const missing = cards.filter((id) => !dashcards.some(({ card_id: shown }) => shown === id));
	const placed = missing.map((id, at) => ({
		id: -1 - at,
		card_id: id,
		row: 8 * (dashcards.length + at),
		col: 0,
		size_x: 24,
		size_y: 8,
	}));
	if (placed.length > 0)
		await request('PUT', `/api/dashboard/${dashboard.id}`, { dashcards: [...dashcards, ...placed] });
	return { database, cards, dashboard: dashboard.id };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const { METABASE_URL, METABASE_PASSWORD_FILE, READER_CONFIG_FILE } = process.env;
	const { 'clickhouse-reader-url': readerUrl } = JSON.parse(readFileSync(READER_CONFIG_FILE, 'utf8'));
	const password = readFileSync(METABASE_PASSWORD_FILE, 'utf8').trim();
	const made = await provision(METABASE_URL, password, readerUrl);
	process.stdout.write(`${JSON.stringify(made)}\n`);
}
