import { setTimeout as wait } from 'node:timers/promises';

/**
 * Looks at something one at a time: all who ask while a look is under way share it.
 *
 * @param msMax longest wait of one who asks, milliseconds; the look itself goes on
 * @returns resolves to undefined where it takes longer
 */
export function sharedLook<Found>(look: () => Promise<Found>, msMax: number): () => Promise<Found | undefined> {
	let looking: Promise<Found> | undefined;
	return () => {
		looking ??= look().finally(() => {
			looking = undefined;
		});
		return Promise.race([looking, wait(msMax, undefined, { ref: false })]);
	};
}
