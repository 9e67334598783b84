import { day, groupBy, type Receipt, time } from './recount.js';
import { goals, visits } from './recount-definitions.js';

/** An independent count of the experiments of `definitionsOfHistories`, which shares nothing with the SQL. */

/** The variant of the price; empty for none. */
const priceOf = ({ exp }: Receipt) => Object.entries(exp).find(([key]) => key === 'price')?.[1] ?? '';

const experiments = [
	{ name: 'price', variantOf: priceOf, goal: 'order' },
	{ name: 'font_size', variantOf: (event: Receipt) => (event.site === 'shop' ? event.os : ''), goal: 'checkout' },
	{ name: 'price_of_members', variantOf: priceOf, goal: 'signup' },
];

/** The order of two texts in UTF-8, in which ClickHouse sorts. */
const inBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** The first 100 characters. */
const cut = (variant: string) => [...variant].slice(0, 100).join('');

/** Rows of experiment_visitors. */
function recountExperimentVisitors(events: readonly Receipt[]) {
	const ofVisitors = groupBy(visits(events), ({ visit }) => `${visit[0]?.site} ${visit[0]?.visitor}`);
	return ofVisitors.flatMap((ofVisitor) => {
		const own = ofVisitor
			.flatMap(({ visit, session }) => visit.map((event) => ({ event, startedMs: session[0]?.tsMs ?? 0 })))
			.sort((a, b) => a.event.tsMs - b.event.tsMs);
		return experiments.flatMap(({ name, variantOf, goal }) => {
			const exposures = own.filter(({ event }) => variantOf(event) !== '');
			const seen = groupBy(exposures, ({ event }) => cut(variantOf(event))).map((group) => ({
				variant: cut(variantOf((group[0] as (typeof own)[number]).event)),
				first: group[0] as (typeof own)[number],
			}));
			return seen.flatMap(({ variant, first }) => {
				const isEarlier = (other: (typeof seen)[number]) =>
					other.first.event.tsMs < first.event.tsMs ||
					(other.first.event.tsMs === first.event.tsMs && inBytes(other.variant, variant) < 0);
				const exposedMs = first.event.tsMs;
				const isConversion = goals.find((one) => one.name === goal)?.is;
				const conversion = own.find(({ event }) => event.tsMs >= exposedMs && isConversion?.(event));
				return [first, ...(conversion ? [conversion] : [])].map(({ event, startedMs }, i) => ({
					site: event.site,
					visitor_id: event.visitor,
					day: day(event.tsMs),
					experiment: name,
					variant,
					has_earlier_variant: seen.some(isEarlier),
					is_conversion: i === 1,
					exposed_at: time(exposedMs),
					session_started_at: time(startedMs),
				}));
			});
		});
	});
}

/** Rows of experiment_results. */
function recountExperimentResults(events: readonly Receipt[]) {
	const rows = recountExperimentVisitors(events);
	const variantsOf = ({ site, visitor_id, experiment }: (typeof rows)[number]) =>
		new Set(
			rows
				.filter((row) => row.site === site && row.visitor_id === visitor_id && row.experiment === experiment)
				.map(({ variant }) => variant),
		).size;
	return groupBy(rows, ({ site, experiment, variant }) => `${site} ${experiment} ${variant}`).map((group) => {
		const { site, experiment, variant } = group[0] as (typeof rows)[number];
		const pure = group.filter((row) => variantsOf(row) === 1);
		const visitors = pure.filter((row) => !row.is_conversion).length;
		const converted = pure.filter((row) => row.is_conversion).length;
		return {
			site,
			experiment,
			variant,
			visitors,
			converted_visitors: converted,
			conversion_rate: visitors === 0 ? 0 : converted / visitors,
			mixed_visitors: group.filter((row) => !row.is_conversion && variantsOf(row) > 1).length,
		};
	});
}

/** The recount of each model of experiments, by its name. */
export const experimentRecounts = {
	experiment_visitors: recountExperimentVisitors,
	experiment_results: recountExperimentResults,
};
