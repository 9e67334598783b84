import { expect, it } from 'vitest';
import { compile } from './compile.js';
import { sessionAttributes } from './session-attributes.js';

const compiled = compile();
if (!compiled.ok) throw new Error(compiled.faults.join('\n'));
const columnsOf = (name: string) => compiled.project.models.find((model) => model.name === name)?.columns ?? [];

it.each([...sessionAttributes])(
	'the session attribute $name has its column in every model of sessions',
	(attribute) => {
		const { name, column, type } = attribute;
		expect(columnsOf('stg_events')).toContainEqual(expect.objectContaining({ name, type }));
		expect(columnsOf('sessions')).toContainEqual(expect.objectContaining({ name: column, type }));
		for (const model of ['int_visit_pieces', 'int_visits']) {
			expect(columnsOf(model).find((each) => each.name === 'entry')?.type).toContain(`${name} ${type}`);
		}
	},
);
