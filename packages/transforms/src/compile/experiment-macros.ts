import { conditionSql, type Definitions, type Experiment, type Goal, textLiteral } from '@footfall/definitions';
import { type ListItem, listWhere, rows, siteSql, sitesSql } from './definition-sql.js';

/**
 * Texts that models write in double braces for the experiments that a site's people have defined. Experiments are
 * numbers in models, from 1 in the order of the definitions. Without experiments the texts are empty lists, so that a
 * run reads no column and computes nothing for them.
 */

/** Variants that an event tells of. */
const eventExposuresType = 'Array(Tuple(experiment UInt8, variant String))';
/** Experiments whose goal an event reaches. */
const eventConversionsType = 'Array(UInt8)';
/** Variants that the events of a visit tell of. */
const exposuresType = "Array(Tuple(experiment UInt8, variant String, first_at DateTime64(3, 'UTC')))";
/** Experiments whose goal the events of a visit reach. */
const conversionsType = "Array(Tuple(experiment UInt8, last_at DateTime64(3, 'UTC')))";

/** Maximum length of a variant, characters. Longer ones are cut. */
const variantLengthMax = 100;
/** Maximum number of variants of an experiment in a visit: a page shows one, and whatever sends more is no page. */
const variantsMax = 20;

/** @param definitions of all sites */
export const experimentMacros = ({ experiments, goals }: Definitions): Record<string, string> => ({
	'definitions.variant_length_max': String(variantLengthMax),
	'definitions.variants_max': String(variantsMax),
	'definitions.event_exposures_type': eventExposuresType,
	'definitions.event_conversions_type': eventConversionsType,
	'definitions.exposures_type': exposuresType,
	'definitions.conversions_type': conversionsType,
	'definitions.event_exposures': listWhere(experiments.map(exposureOfEvent), eventExposuresType),
	'definitions.event_conversions': listWhere(
		experiments.map((experiment, i) => conversionOfEvent(experiment, i, goals)),
		eventConversionsType,
	),
	...visitMacros(experiments.length > 0),
	'definitions.has_experiments': String(experiments.length > 0),
	'definitions.experiment_names': `[${["''", ...experiments.map(({ name }) => textLiteral(name))].join(', ')}]`,
	'definitions.experiment_rows': rows(
		experiments.map(experimentRow),
		'experiment String, title String, key String, goal String, sites Array(String)',
	),
});

/** The lists of a visit, made of those of its events, and of those of its parts. */
const visitMacros = (hasExperiments: boolean): Record<string, string> => {
	const none = (type: string) => `CAST([], ${textLiteral(type)})`;
	const each = (list: string) => `arrayMap(each -> ts, ${list})`;
	if (!hasExperiments)
		return {
			'definitions.exposures_of_events': none(exposuresType),
			'definitions.conversions_of_events': none(conversionsType),
			'definitions.exposures_of_pieces': none(exposuresType),
			'definitions.conversions_of_pieces': none(conversionsType),
		};
	return {
		'definitions.exposures_of_events': firstExposures('staged.exposures', each('staged.exposures')),
		'definitions.conversions_of_events': lastConversions(
			'staged.experiment_conversions',
			each('staged.experiment_conversions'),
		),
		'definitions.exposures_of_pieces': firstExposures(
			'arrayZip(piece.exposures.experiment, piece.exposures.variant)',
			'piece.exposures.first_at',
		),
		'definitions.conversions_of_pieces': lastConversions(
			'piece.experiment_conversions.experiment',
			'piece.experiment_conversions.last_at',
		),
	};
};

/**
 * The first exposure to each variant, of the first variants of each experiment in alphabetical order. These are the
 * same whatever parts a visit is put together from, since a part that has one of them has no more before it.
 *
 * @param variants a list of experiments with variants
 * @param times of the same length
 */
const firstExposures = (variants: string, times: string) =>
	`CAST(arrayFilter((one, number) -> number <= ${variantsMax}, arrayMap((one, first_at) -> (one.1, one.2, first_at), (minMap(${variants}, ${times}) AS first_by_variant).1, first_by_variant.2), arrayEnumerateUniq(first_by_variant.1.1)), ${textLiteral(exposuresType)})`;

/**
 * The last conversion of each experiment. It suffices for whether a visit has a conversion at or after an exposure, and
 * unlike the first one it can be computed without knowing the exposure, which may come late.
 */
const lastConversions = (experiments: string, times: string) =>
	`CAST(arrayZip((maxMap(${experiments}, ${times}) AS last_by_experiment).1, last_by_experiment.2), ${textLiteral(conversionsType)})`;

/** A text that is empty is no variant: a page that sets one has none to tell of. */
const exposureOfEvent = ({ key, sites }: Experiment, i: number): ListItem => ({
	tuple: `(${i + 1}, leftUTF8(exp[${textLiteral(key)}], ${variantLengthMax}))`,
	condition: siteSql(sites, `exp[${textLiteral(key)}] != ''`),
});

const conversionOfEvent = ({ goal, sites }: Experiment, i: number, goals: readonly Goal[]): ListItem => {
	const defined = goals.find(({ name }) => name === goal);
	return {
		tuple: String(i + 1),
		condition: defined === undefined ? 'false' : siteSql(sites, siteSql(defined.sites, conditionSql(defined.when))),
	};
};

const experimentRow = ({ name, title, key, goal, sites }: Experiment) =>
	`(${[name, title, key, goal].map(textLiteral).join(', ')}, ${sitesSql(sites)})`;
