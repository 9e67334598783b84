import {
	type DataTest,
	isPublishedExtent,
	isStored,
	type Model,
	readsEvents,
	sourceNames,
	withoutComments,
} from './model.js';

/**
 * Finds models and data tests that a run cannot keep up to date, or that it would never compute or test although they
 * look right: their rows would be missing or old, and every test of them would pass. All functions are pure.
 */

/** The faults of all models and data tests, for the report of the compiler. */
export function upkeepFaults(models: readonly Model[], tests: readonly DataTest[]): string[] {
	return [
		...nameFaults(models),
		...models.flatMap((model) => [
			...sourceFaults(model),
			...extentFaults(model),
			...partitionFaults(model, models),
			...timeFaults(model),
		]),
		...tests.flatMap((test) => testFaults(test, models)),
		...[...models, ...tests].flatMap((file) => [...braceFaults(file, models), ...bareNameFaults(file, models)]),
	];
}

const kindOf = ({ materialized }: Model) => `a model with @materialized ${materialized.kind}`;
const isOfPartitions = ({ materialized: { kind } }: Model) =>
	kind === 'incremental by partition' || kind === 'incremental from partition';

/** Tables and views that are not models. A view of the same name would take their place. */
const reservedNames = [
	'events',
	'events_quarantine',
	'migrations',
	'marts_left_out',
	'event_conflicts',
	'exchange_rates',
	'superseded_inserts',
];

function nameFaults(models: readonly Model[]): string[] {
	const names = models.map(({ name }) => name);
	const isReserved = (name: string) =>
		reservedNames.includes(name) || sourceNames.includes(name) || /^transform_|__/.test(name) || !/^\w+$/.test(name);
	return [
		...names
			.filter(isReserved)
			.map((name) => `${name}: a model cannot have this name, which the engine uses itself; rename the file`),
		...[...new Set(names.filter((name, i) => names.indexOf(name) !== i))].map(
			(name) => `${name}: two models have this name, in different folders; rename one of the files`,
		),
	];
}

/** Faults of the sources of a model: the raw table, other models, or neither. */
function sourceFaults(model: Model): string[] {
	const { name, materialized, reads, columns, sql } = model;
	const code = withoutComments(sql);
	const uses = (source: string) => code.includes(`{{${source}}}`);
	const faults: string[] = [];
	if (readsEvents(model) && isStored(model))
		faults.push(
			`${name}: ${kindOf(model)} cannot read {{events}}, since a run follows only its upstream models; read a model ` +
				'that has what it needs, or use @materialized view',
		);
	if (readsEvents(model) && !uses('wanted'))
		faults.push(`${name}: it reads {{events}} without WHERE {{wanted}}, so each run would count all events again`);
	if (reads.length === 0 && !readsEvents(model) && materialized.kind !== 'view')
		faults.push(`${name}: it reads no model, so no run computes it; read one as {{name}} or {{name.all}}`);
	const foreign = sourceNames.filter((source) => source !== 'events' && uses(source));
	if (isOfPartitions(model) && foreign.length > 0)
		faults.push(`${name}: ${kindOf(model)} cannot use {{${foreign.join('}} or {{')}}}, which are about the raw table`);
	if (materialized.kind === 'view' && uses('event_hash'))
		faults.push(`${name}: ${kindOf(model)} cannot use {{event_hash}}, since readers must not see the key of hashes`);
	if (isStored(model) && !columns.some((column) => column.name === 'site'))
		faults.push(`${name}: ${kindOf(model)} needs a column site, by which a run leaves out and compares rows`);
	return faults;
}

/** References in double braces with their extent. */
const referencesIn = (sql: string) =>
	[...withoutComments(sql).matchAll(/\{\{(\w+)(?:\.(all|before|history))?\}\}/g)].map(
		([whole, name = '', extent = 'changed']) => ({ whole, name, extent: extent as 'all' | 'before' | 'history' }),
	);

function extentFaults(model: Model): string[] {
	const isOfVisitors = !isOfPartitions(model) && model.materialized.kind !== 'view';
	return referencesIn(model.sql).flatMap(({ whole, extent }) => {
		if (isPublishedExtent(extent) && !isOfVisitors)
			return [`${model.name}: ${kindOf(model)} cannot read ${whole}, which would have no rows; read {{name}} instead`];
		if (extent === 'all' && isOfVisitors)
			return [
				`${model.name}: ${kindOf(model)} cannot read ${whole}: a run has only rows of the visitors it recomputes`,
			];
		return [];
	});
}

function partitionFaults(model: Model, models: readonly Model[]): string[] {
	if (!isOfPartitions(model)) return [];
	const upstream = models.filter(({ name }) => model.reads.includes(name));
	const faults =
		model.partition === 'day'
			? upstream
					.filter((read) => isStored(read) && read.partition === 'week')
					.map(({ name }) => `${model.name}: it has a partition for each day, and cannot read ${name}, which has weeks`)
			: [];
	if (model.materialized.kind !== 'incremental from partition') return faults;
	if (model.partition !== 'day') faults.push(`${model.name}: ${kindOf(model)} needs @partition day`);
	for (const { name, columns } of [model, ...upstream])
		for (const needed of ['site', 'day'])
			if (!columns.some((column) => column.name === needed))
				faults.push(`${model.name}: ${kindOf(model)} needs the column ${needed} in ${name}, to follow its calendar`);
	return faults;
}

/** Functions whose result differs from one run to the next. */
const unsteady =
	/\b(now|now64|nowInBlock|today|yesterday|current_date|current_timestamp|utc_timestamp|rand|rand32|rand64|rand\w+|generateUUIDv\d|generateULID|generateSnowflakeID|rowNumberInBlock|rowNumberInAllBlocks|hostName|uptime)\s*\(/i;

function timeFaults(model: Model): string[] {
	const called = model.materialized.kind === 'view' ? undefined : unsteady.exec(withoutComments(model.sql))?.[1];
	return called === undefined
		? []
		: [
				`${model.name}: ${kindOf(model)} cannot call ${called}(), since its rows would depend on the time of the run; ` +
					'call it in a model with @materialized view',
			];
}

/** A test runs on the visitors of a run, or on the time partitions that a run changes. */
function testFaults({ name, reads, sql }: DataTest, models: readonly Model[]): string[] {
	const read = models.filter((model) => reads.includes(model.name));
	const ofKind = (kind: string) => read.filter(({ materialized }) => materialized.kind === kind);
	const [view] = ofKind('view');
	const [ephemeral] = ofKind('ephemeral');
	const ofPartitions = read.find(isOfPartitions);
	const faults: string[] = [];
	if (reads.length === 0) faults.push(`${name}: the data test reads no model; read one as {{name}}`);
	if (view)
		faults.push(`${name}: the data test reads ${view.name}, which no run computes; read the models that it reads`);
	if (ephemeral && ofPartitions)
		faults.push(
			`${name}: a data test cannot read both ${ephemeral.name} and ${ofPartitions.name}: the rows of the first are ` +
				'gone when those of the second are computed',
		);
	for (const { whole, extent } of referencesIn(sql)) {
		if (extent === 'all' && !ofPartitions)
			faults.push(`${name}: a data test of visitors cannot read ${whole}: a run has only rows that it recomputes`);
		if (isPublishedExtent(extent) && ofPartitions)
			faults.push(`${name}: a data test of time partitions cannot read ${whole}; read {{name.all}}`);
	}
	return faults;
}

/** Double braces that are not a reference, such as `{{ sessions }}` or `{{events.all}}`. */
function braceFaults({ name, sql }: Pick<Model, 'name' | 'sql'>, models: readonly Model[]): string[] {
	const isReference = (text: string) => {
		const [, read = '', extent] = /^\{\{(\w+)(?:\.(all|before|history))?\}\}$/.exec(text) ?? [];
		return sourceNames.includes(read) ? extent === undefined : read !== '' && models.length > 0;
	};
	return [...withoutComments(sql).matchAll(/\{\{[^}]*\}?\}?/g)]
		.filter(([text]) => !isReference(text))
		.map(
			([text]) =>
				`${name}: ${text} is not a reference; write {{name}}, {{name.all}}, {{name.before}} or {{name.history}}`,
		);
}

/** Tables that are read by their names, so that no run knows about it. */
function bareNameFaults({ name, sql }: Pick<Model, 'name' | 'sql'>, models: readonly Model[]): string[] {
	const code = withoutComments(sql);
	const known = [...reservedNames, ...models.map((model) => model.name)];
	const isDefinedHere = (table: string) => new RegExp(`\\b${table}\\s+AS\\s*\\(`, 'i').test(code);
	return [...code.matchAll(/(?<!\barray\s+)\b(?:FROM|JOIN)\s+(?:\w+\.)?(\w+)\b(?!\s*\()/gi)]
		.map(([, table = '']) => table)
		.filter((table) => known.includes(table) && !isDefinedHere(table))
		.map((table) => `${name}: it reads ${table} by its name, so that no run follows it; write {{${table}}}`);
}
