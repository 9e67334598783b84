import { withWarehouse } from '../stack/with-warehouse.js';
import type { Context } from '../terminal/context.js';

/** `footfall migrate`: opens the warehouse, which applies missing migrations, and prints their names. */
export function runMigrate(settings: Parameters<typeof withWarehouse>[0], context: Context): Promise<number> {
	return withWarehouse(settings, context, ({ applied, url }) => {
		context.print(applied.length === 0 ? `${url} is up to date.` : `${url}: applied ${applied.join(', ')}.`);
	});
}
