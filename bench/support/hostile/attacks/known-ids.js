import { eventId } from '@footfall/protocol';
import { webSocketMessage } from '../../frames.js';
import { attackBatch } from '../attack-batch.js';
import { honestEvents, honestSite } from '../honest-batch.js';
import { fixedVisitors } from '../honest-visitors.js';
import { nextNumber } from '../template.js';

const sequencesMax = 200;

/** Ids that events of the honest visitors have, or will have. */
function knownEvents(firstVisitor) {
	const known = [];
	for (let sequence = 0; sequence < sequencesMax; sequence++) {
		for (const visitor of fixedVisitors(firstVisitor)) {
			for (let index = 0; index < honestEvents; index++) {
				known.push({ visitor, id: eventId(visitor, visitor, sequence, index) });
			}
		}
	}
	return known;
}

function jsonBody(known, site) {
	const dt = new Date().toISOString();
	const url = 'https://other.example/false';
	return JSON.stringify(
		known.map(({ visitor, id }) => ({ dt, name: 'view', obj: 'page', url, site, user_id: visitor, event_id: id })),
	);
}

/**
 * The attack adds events of the honest visitors to the marts, so that their latency there is not meaningful; `lost`
 * shows the effect of this attack.
 */
export const knownIds = {
	what: 'other events with the ids that honest events have or will have, of the same visitors, as JSON and in batches',
	async run(target, { firstVisitor }) {
		const known = knownEvents(firstVisitor);
		const bodies = [];
		for (const site of [honestSite, 'shop']) {
			for (let from = 0; from < known.length; from += 1_000) {
				bodies.push(target.post('/v1/events', 'application/json', jsonBody(known.slice(from, from + 1_000), site)));
			}
		}
		let turn = 0;
		const byJson = target.askOnLanes(2, () => bodies[turn++ % bodies.length]);
		let place = 0;
		const byBatch = target.flood(2, () => {
			const { visitor, id } = known[place++ % known.length];
			const ownId = Buffer.from(id.replaceAll('-', ''), 'hex');
			const events = [[0, 0, 'view', 'page', '', 0, 0, '', {}, ownId]];
			const contexts = [['https://other.example/false']];
			const batch = attackBatch({ site: honestSite, visitor, stream: nextNumber(), contexts, events });
			return { bytes: webSocketMessage(batch), messages: 1 };
		});
		await Promise.all([byJson, byBatch]);
	},
};
