import { limits } from '@footfall/protocol';
import { webSocketMessage } from '../../frames.js';
import { attackBatch } from '../attack-batch.js';
import { marker, markerNumber, template } from '../template.js';

const full = (bytes) => marker.padEnd(bytes, 'x');
const fullUrl = () =>
	`https://shop.example/${marker}?utm_source=${marker}&utm_medium=${marker}&utm_campaign=${marker}&x=`.padEnd(
		limits.urlBytesMax,
		'x',
	);

/** As many entries of maximum length as fit. The keys differ from each other and from those of the next event. */
const fullMap = (entries) => {
	const keys = Array.from(
		{ length: entries },
		(_, index) => `${index}-`.padEnd(limits.mapKeyBytesMax - marker.length, 'k') + marker,
	);
	return Object.fromEntries(keys.map((key) => [key, full(limits.mapValueBytesMax)]));
};
const entriesOfMap = 24;

const context = () => [
	fullUrl(),
	full(limits.titleBytesMax),
	fullUrl(),
	full(limits.userIdBytesMax),
	fullMap(entriesOfMap),
	limits.pixelsMax,
	limits.pixelsMax,
	limits.pixelsMax,
	limits.pixelsMax,
	full(limits.languageBytesMax),
	full(limits.timezoneBytesMax),
];
const event = () => [
	0,
	0,
	full(limits.nameBytesMax),
	full(limits.objBytesMax),
	full(limits.objIdBytesMax),
	limits.integerMax,
	limits.amountMax,
	'x'.repeat(limits.currencyBytesMax),
	fullMap(entriesOfMap),
];

/** A body of many events without maps, each of a different visitor. */
function lightBody() {
	const dt = new Date().toISOString();
	const one = { dt, name: full(limits.nameBytesMax), obj: full(limits.objBytesMax), obj_id: full(512), url: fullUrl() };
	return JSON.stringify(Array.from({ length: 300 }, () => ({ ...one, user_id: randomVisitor() })));
}
const randomVisitor = () => 10 ** 14 + Math.floor(Math.random() * 10 ** 14);

export const rotatingVisitors = {
	what: 'every event of a different visitor, with all fields at maximum length and different each time',
	async run(target) {
		const batch = attackBatch({
			visitor: markerNumber,
			stream: markerNumber,
			contexts: [context()],
			events: [event()],
		});
		const next = template(webSocketMessage(batch));
		const byBatch = target.flood(4, () => ({ bytes: next(), messages: 1 }));
		const byJson = target.askOnLanes(2, () => template(target.post('/v1/events', 'application/json', lightBody()))());
		await Promise.all([byBatch, byJson]);
	},
};
