import { largeStatements, type Warehouse } from '@footfall/warehouse';
import { type Model, readable } from '../compile/model.js';

/** Reads rows of a model as readers see it, in the order of its grain. @param limit maximum number of rows */
export function showRows(warehouse: Warehouse, model: Model, limit: number): Promise<Record<string, unknown>[]> {
	const columns = model.columns.map((column) => `${readable(column)} AS ${column.name}`);
	return warehouse.query(
		`SELECT ${columns.join(', ')} FROM ${model.name} ORDER BY ${model.grain.join(', ')} LIMIT ${limit}`,
		{ settings: largeStatements },
	);
}
