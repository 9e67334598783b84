import { expect, it } from 'vitest';
import { filterNames, sessionAttributes } from '../../packages/dashboard/src/contract/session-attributes.js';
import { sessionAttributes as storedAttributes } from '../../packages/transforms/src/compile/session-attributes.js';

const filterColumns = filterNames.map((name) => sessionAttributes[name].column);

it.each([...storedAttributes])(
	'the dashboard filters sessions by $column only if its attribute says so',
	(attribute) => {
		expect(filterColumns.includes(attribute.column)).toBe(attribute.isFilter);
	},
);

it('the dashboard has no other filter than these attributes, the channel that follows from them, and the landing page', () => {
	const stored: readonly string[] = storedAttributes.map(({ column }) => column);
	expect(filterColumns.filter((column) => !stored.includes(column))).toEqual(['channel', 'entry_path']);
});
