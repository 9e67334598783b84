import { areSeen, day, groupBy, makesBot, type Receipt, sessionsOf, sum } from './recount.js';

/** An independent count of events and properties by day in plain TypeScript, for recount.test.ts. */

/** Bounds of the counts; see `Parameters`. Small ones in tests, so that few events exceed them. */
export interface CountBounds {
	visitCountsMax: number;
	dayCountsMax: number;
}

/** Events of one visit that have the same texts. */
interface Count {
	site: string;
	day: string;
	visitor: number;
	session: string;
	/** Name, obj and obj_id; or name, kind, key and value. Fewer for what the visit does not list. */
	texts: readonly string[];
	events: number;
	/** Whether the visit has more than orders and refunds that name no visitor. */
	isSeen: boolean;
}

const cut = (text: string) => [...text].slice(0, 250).join('');
const joined = (texts: readonly string[]) => texts.join('\0');
const inByteOrder = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** The counts of a visit: those of the first texts, the others by their first texts, then all others. */
function listed(counts: readonly Count[], firstTexts: number, max: number): Count[] {
	const inOrder = [...counts].sort((a, b) => inByteOrder(joined(a.texts), joined(b.texts)));
	const others = inOrder.slice(max).map((one) => ({ ...one, texts: one.texts.slice(0, firstTexts) }));
	const byFirst = groupBy(others, ({ texts }) => joined(texts)).map(added);
	const unnamed = byFirst.slice(max).map((one) => ({ ...one, texts: [] }));
	return [...inOrder.slice(0, max), ...byFirst.slice(0, max), ...(unnamed.length > 0 ? [added(unnamed)] : [])];
}

const added = (counts: readonly Count[]): Count => ({
	...(counts[0] as Count),
	events: sum(counts.map(({ events }) => events)),
});

/** The counts of all visits of people. @param textsOf the texts of an event; several for one with several properties */
function countsOf(
	events: readonly Receipt[],
	textsOf: (event: Receipt) => string[][],
	firstTexts: number,
	{ visitCountsMax }: CountBounds,
): Count[] {
	const ofVisitors = groupBy(events, (e) => `${e.site} ${e.visitor}`);
	return ofVisitors.flatMap((ofVisitor) => {
		const botDays = new Set(ofVisitor.filter(makesBot).map(({ tsMs }) => day(tsMs)));
		const visits = sessionsOf(ofVisitor).flatMap((session) =>
			groupBy(session, ({ tsMs }) => day(tsMs)).map((visit) => ({ session, visit })),
		);
		return visits.flatMap(({ session, visit }) => {
			const { site, visitor, tsMs } = visit[0] as Receipt;
			if (botDays.has(day(tsMs))) return [];
			const of = {
				site,
				day: day(tsMs),
				visitor,
				session: `${visitor} ${session[0]?.tsMs}`,
				events: 1,
				isSeen: areSeen(visit),
			};
			const single = visit.flatMap((event) => textsOf(event).map((texts) => ({ ...of, texts: texts.map(cut) })));
			return listed(groupBy(single, ({ texts }) => joined(texts)).map(added), firstTexts, visitCountsMax);
		});
	});
}

/** Groups of counts, the most frequent first, then in the order of the bytes of their keys. */
const ranked = (counts: readonly Count[], keyOf: (texts: readonly string[]) => string) =>
	groupBy(counts, ({ texts }) => keyOf(texts))
		.map((group) => ({ group, key: keyOf(group[0]?.texts ?? []), events: sum(group.map(({ events }) => events)) }))
		.sort((a, b) => b.events - a.events || inByteOrder(a.key, b.key))
		.map(({ group }) => group);

const flagsOf = (names: readonly string[], set: readonly string[]) =>
	Object.fromEntries(names.map((name) => [name, set.includes(name)]));

const measured = (counts: readonly Count[]) => ({
	events: sum(counts.map(({ events }) => events)),
	visitors: new Set(counts.filter(({ isSeen }) => isSeen).map(({ visitor }) => visitor)).size,
	sessions: new Set(counts.filter(({ isSeen }) => isSeen).map(({ session }) => session)).size,
});

/** Rows of event_days. */
function recountEventDays(events: readonly Receipt[], bounds: CountBounds) {
	const counts = countsOf(events, ({ name, obj, objId }) => [[name, obj, objId]], 1, bounds);
	const max = bounds.dayCountsMax;
	return groupBy(counts, ({ site, day: of }) => `${site} ${of}`).flatMap((ofDay) => {
		const row = (
			of: readonly Count[],
			[name = '', obj = '', obj_id = '']: readonly string[],
			set: string[],
			others: number,
		) => ({
			site: ofDay[0]?.site,
			day: ofDay[0]?.day,
			name,
			obj,
			obj_id,
			...flagsOf(['is_total', 'is_other_name', 'is_other_object'], set),
			...measured(of),
			others,
		});
		const names = ranked(
			ofDay.filter(({ texts }) => texts.length > 0),
			([name = '']) => name,
		);
		const others = [...names.slice(max).flat(), ...ofDay.filter(({ texts }) => texts.length === 0)];
		const rows = names.slice(0, max).flatMap((ofName) => {
			const [name = ''] = ofName[0]?.texts ?? [];
			const objects = ranked(
				ofName.filter(({ texts }) => texts.length === 3),
				joined,
			);
			const rest = [...objects.slice(max).flat(), ...ofName.filter(({ texts }) => texts.length < 3)];
			return [
				row(ofName, [name], ['is_total'], 0),
				...objects.slice(0, max).map((ofObject) => row(ofObject, ofObject[0]?.texts ?? [], [], 0)),
				...(rest.length > 0 ? [row(rest, [name], ['is_other_object'], Math.max(0, objects.length - max))] : []),
			];
		});
		const ofOthers = row(others, [], ['is_total', 'is_other_name'], Math.max(0, names.length - max));
		return others.length > 0 ? [...rows, ofOthers] : rows;
	});
}

const propertyTextsOf = ({ name, value, props, os, exp }: Receipt): string[][] => [
	...Object.entries({ value: String(value), ...props }).map(([key, text]) => [name, 'property', key, text]),
	...Object.entries({ size: os, ...exp }).map(([key, text]) => [name, 'experiment', key, text]),
];

/** Rows of property_days. */
function recountPropertyDays(events: readonly Receipt[], bounds: CountBounds) {
	const counts = countsOf(events, propertyTextsOf, 3, bounds);
	const max = bounds.dayCountsMax;
	return groupBy(counts, ({ site, day: of }) => `${site} ${of}`).flatMap((ofDay) => {
		const row = (
			of: readonly Count[],
			[name = '', kind = '', key = '', value = '']: readonly string[],
			set: string[],
			others: number,
		) => {
			const { events, visitors } = measured(of);
			const flags = flagsOf(['is_total', 'is_other_name', 'is_other_key', 'is_other_value'], set);
			return { site: ofDay[0]?.site, day: ofDay[0]?.day, name, kind, key, value, ...flags, events, visitors, others };
		};
		const names = ranked(
			ofDay.filter(({ texts }) => texts.length > 0),
			([name = '']) => name,
		);
		const others = [...names.slice(max).flat(), ...ofDay.filter(({ texts }) => texts.length === 0)];
		const rows = names.slice(0, max).flatMap((ofName) => {
			const keys = ranked(ofName, ([, kind = '', key = '']) => joined([kind, key]));
			const name = ofName[0]?.texts[0] ?? '';
			const ofKeys = keys.slice(0, max).flatMap((ofKey) => {
				const first = (ofKey[0]?.texts ?? []).slice(0, 3);
				const values = ranked(
					ofKey.filter(({ texts }) => texts.length === 4),
					joined,
				);
				const rest = [...values.slice(max).flat(), ...ofKey.filter(({ texts }) => texts.length < 4)];
				return [
					row(ofKey, first, ['is_total'], 0),
					...values.slice(0, max).map((ofValue) => row(ofValue, ofValue[0]?.texts ?? [], [], 0)),
					...(rest.length > 0 ? [row(rest, first, ['is_other_value'], Math.max(0, values.length - max))] : []),
				];
			});
			const ofOtherKeys = keys.slice(max).flat();
			if (ofOtherKeys.length === 0) return ofKeys;
			return [...ofKeys, row(ofOtherKeys, [name], ['is_total', 'is_other_key'], keys.length - max)];
		});
		const ofOthers = row(others, [], ['is_total', 'is_other_name'], Math.max(0, names.length - max));
		return others.length > 0 ? [...rows, ofOthers] : rows;
	});
}

/** The recount of each mart of events, by its name. */
export const eventRecounts = (bounds: CountBounds) => ({
	event_days: (events: readonly Receipt[]) => recountEventDays(events, bounds),
	property_days: (events: readonly Receipt[]) => recountPropertyDays(events, bounds),
});
