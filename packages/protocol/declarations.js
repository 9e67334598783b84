import { readFileSync, writeFileSync } from 'node:fs';

const orderFields = new URL('dist/order-fields.d.ts', import.meta.url);

/** A statement of a declaration that takes types of this package. */
const statement = /^(?:import|export) type \{ ([\w, ]+) \} from '@footfall\/protocol';\n/gm;

/**
 * Puts the types of orders into a declaration that takes them from this package, so that a package that is published
 * without a dependency has them. The compiler resolves an import of a built declaration from the source that it was
 * built of, so that a file beside the declaration would not be found in this repository.
 *
 * @param file path of the declaration
 */
export function inlineOrderFields(file) {
	const types = readFileSync(orderFields, 'utf8').replace(/^\/\/# sourceMappingURL=.*\n?/m, '');
	const names = [...types.matchAll(/^export interface (\w+)/gm)].map(([, name]) => name);
	const text = readFileSync(file, 'utf8');
	const rest = text.replace(statement, (all, list) => (list.split(', ').every((n) => names.includes(n)) ? '' : all));
	if (rest !== text) writeFileSync(file, `${types}${rest}`);
}
