import type { Surroundings } from '../command.js';
import { withWarehouse } from './with-warehouse.js';

/** `footfall migrate`: opening the warehouse migrates it, so what is left is to say what was done. */
export function runMigrate(settings: Parameters<typeof withWarehouse>[0], surroundings: Surroundings): Promise<number> {
	return withWarehouse(settings, surroundings, ({ applied, url }) => {
		surroundings.print(applied.length === 0 ? `${url} is up to date.` : `${url}: applied ${applied.join(', ')}.`);
	});
}
