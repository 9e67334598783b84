import { webSocketMessage } from '../../frames.js';
import { attackBatch } from '../attack-batch.js';
import { nextNumber } from '../template.js';

/** Two sessions with the same cityHash64 of site, visitor and start: 7658510387744304405. */
const sessions = [
	{ visitor: 123, sentAtMs: 1_764_000_000_000 },
	{ visitor: 8_885_665_134_063_043, sentAtMs: 1_764_169_477_446 },
];

export const collidingSessions = {
	what: 'two sessions whose hashes of site, visitor and start collide',
	run(target) {
		let turn = 0;
		const nextBytes = () => {
			const session = sessions[turn++ % sessions.length];
			return webSocketMessage(attackBatch({ ...session, stream: nextNumber(), events: [[0, 0, 'view', 'page']] }));
		};
		return target.flood(2, () => ({ bytes: nextBytes(), messages: 1 }));
	},
};
