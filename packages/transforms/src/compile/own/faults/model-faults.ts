import { isStored, type Model, referencesOf, replaceReferences, sourceNames, withoutComments } from '../../model.js';
import { headerFaults } from './header-faults.js';
import { statementFaults, testStatementFaults } from './statement-faults.js';

/**
 * Finds own models that a run cannot keep up to date, each with the reason and the remedy. Own models are computed
 * after those of this package, from what readers will see: a model by visitor from all events of each visitor that the
 * run recomputes, a model by partition from all rows of the days that change. Pure.
 *
 * @param models models of this package and own ones
 */
export function modelFaults(model: Model, models: readonly Model[]): string[] {
	return [
		...kindFaults(model),
		...readFaults(model, models),
		...grainFaults(model),
		...columnFaults(model),
		...headerFaults(model),
		...statementFaults(model),
	];
}

const headerOf = ({ materialized }: Model) => `"@materialized ${materialized.kind}"`;

function kindFaults(model: Model): string[] {
	const faults: string[] = [];
	if (model.materialized.kind === 'ephemeral')
		faults.push(
			`${headerOf(model)} is for models of Footfall's own; use view, or write the shared expression as a macro`,
		);
	if (model.materialized.kind === 'incremental by order')
		faults.push(
			`${headerOf(model)} is for models of Footfall's own; read {{orders}} or {{refunds}} in a model by partition`,
		);
	if (model.carries !== undefined) faults.push("@carries is for models of Footfall's own; remove the line");
	if (model.events !== undefined) faults.push("@events is for models of Footfall's own; remove the line");
	if (!model.isDefined) faults.push("@defined is for models of Footfall's own; remove the line");
	if (model.materialized.kind === 'incremental by visitor' && model.partition !== 'day')
		faults.push(`${headerOf(model)} needs "@partition day", which is the default; remove the line`);
	if (model.materialized.kind === 'incremental from partition' && model.partition !== 'day')
		faults.push(`${headerOf(model)} needs "@partition day", which is the default; remove the line`);
	return faults;
}

function readFaults(model: Model, models: readonly Model[]): string[] {
	const faults: string[] = [];
	const code = withoutComments(model.sql);
	for (const source of sourceNames)
		if (code.includes(`{{${source}}}`))
			faults.push(`{{${source}}} is for models of Footfall's own; read {{stg_events}}, which has the events once each`);
	replaceReferences(model.sql, (name, extent) => {
		if (extent !== 'changed' && !sourceNames.includes(name))
			faults.push(`{{${name}.${extent}}} is for models of Footfall's own; write {{${name}}}${remedyOfExtent(model)}`);
		return '';
	});
	if (model.reads.length === 0 && isStored(model))
		faults.push('it reads no model, so that no run would compute it; read one as {{name}}');
	for (const name of model.reads) {
		const read = models.find((one) => one.name === name);
		if (read !== undefined) faults.push(...readFault(model, read));
	}
	return faults;
}

const remedyOfExtent = ({ materialized }: Model) =>
	materialized.kind === 'incremental by partition'
		? ', or use "@materialized incremental from partition, lookback N days" to read earlier days'
		: '';

function readFault(model: Model, read: Model): string[] {
	const { kind } = model.materialized;
	const readKind = read.materialized.kind;
	const cannot = `{{${read.name}}} cannot be read in a model with ${headerOf(model)}`;
	if (kind === 'view') return [];
	if (readKind === 'ephemeral' && (read.name !== 'stg_events' || kind !== 'incremental by visitor'))
		return [
			read.name === 'stg_events'
				? `${cannot}: events arrive late and of any day, so that a run finds them by visitor; keep rows by visitor first, in a model with "@materialized incremental by visitor" that reads {{stg_events}}, and read that one here`
				: `${cannot}, which is a step of a run; read {{int_visits}} or {{sessions}} instead`,
		];
	if (readKind === 'view')
		return [
			`${cannot}, whose rows are not stored, so that no run knows when they change; read the models that it reads`,
		];
	if (kind === 'incremental by visitor' && readKind !== 'incremental by visitor' && readKind !== 'ephemeral')
		return [
			`${cannot}, whose rows are not of single visitors; read {{stg_events}}, {{sessions}} or {{int_user_days}}, or join the two in a model by partition`,
		];
	if (kind !== 'incremental by visitor' && model.partition === 'day' && isStored(read) && read.partition === 'week')
		return [`${cannot}: a model of days cannot read a model of weeks; use "@partition week"`];
	return [];
}

function grainFaults(model: Model): string[] {
	if (!isStored(model)) return [];
	const isOfVisitors = model.materialized.kind === 'incremental by visitor';
	const needed = isOfVisitors ? ['site', 'visitor_id'] : ['site', model.partition];
	const missing = needed.filter((column) => !model.grain.includes(column));
	return missing.length === 0
		? []
		: [
				`"@grain" needs ${missing.join(' and ')} in a model with ${headerOf(model)}, since a run recomputes the rows of ${isOfVisitors ? 'single visitors' : `a ${model.partition}`}; add what is missing to the columns and to the SELECT, too`,
			];
}

/** Columns that the engine adds to the table of a model. */
const engineColumns = ['run', 'row_hash'];

function columnFaults({ columns, aliases }: Model): string[] {
	const names = [...columns, ...aliases].map(({ name }) => name);
	return [
		...names
			.filter((name) => engineColumns.includes(name))
			.map((name) => `"@column ${name}" is a column of the engine's own; give it another name`),
		...[...new Set(names.filter((name, i) => names.indexOf(name) !== i))].map(
			(name) => `"@column ${name}" is there twice; remove one`,
		),
		...(columns.length === 0 ? ['the header has no "@column"; add one line for each column of the SELECT'] : []),
	];
}

/** The faults of an own data test. Pure. @param models models of this package and own ones */
export function testFaults(sql: string, models: readonly Model[]): string[] {
	const faults = testStatementFaults(sql);
	const reads = referencesOf(sql);
	if (reads.length === 0) faults.push('the data test reads no model; read one as {{name}}');
	for (const name of reads) {
		const read = models.find((one) => one.name === name);
		if (read !== undefined && !isStored(read))
			faults.push(`a data test cannot read {{${name}}}, whose rows are not stored; read the models that it reads`);
	}
	replaceReferences(sql, (name, extent) => {
		if (extent === 'before' || extent === 'history')
			faults.push(`{{${name}.${extent}}} is for models of Footfall's own; write {{${name}}} or {{${name}.all}}`);
		return '';
	});
	return faults;
}
