import { formatCount, formatKnown, formatPart, isolated } from '../format.js';
import { baselineOf, type Counts, countsMin, differenceOf, imbalanceOf, verdictOf } from './statistics.js';

/** A variant of an experiment. */
export interface Variant extends Counts {
	variant: string;
}

/** A sentence about an experiment. */
export interface Finding {
	text: string;
	/** The numbers may be wrong. */
	isWarning: boolean;
}

/** The baseline first, then the others in alphabetical order. Pure. */
export function inOrder(variants: readonly Variant[]): Variant[] {
	const baseline = baselineOf(variants.map(({ variant }) => variant));
	const rank = ({ variant }: Variant) => (variant === baseline ? 0 : 1);
	return [...variants].sort((a, b) => rank(a) - rank(b) || (a.variant < b.variant ? -1 : 1));
}

/**
 * The sentences that the numbers of an experiment allow. Pure.
 *
 * @param variants in the order of `inOrder`
 * @param mixed visitors who saw several variants
 */
export function findingsOf(variants: readonly Variant[], mixed: number): Finding[] {
	const [baseline, ...others] = variants;
	if (baseline === undefined) return [];
	return [
		...imbalanceFindings(variants),
		...(others.length === 0
			? [plain('There is only one variant, so that there is nothing to compare it with.')]
			: others.map((variant) => plain(comparison(variant, baseline)))),
		...(mixed === 0
			? []
			: [
					plain(
						mixed === 1
							? '1 visitor saw several variants and counts for none of them.'
							: `${formatCount(mixed)} visitors saw several variants and count for none of them.`,
					),
				]),
	];
}

const nameOf = ({ variant }: Variant): string => isolated(formatKnown(variant));

const plain = (text: string): Finding => ({ text, isWarning: false });

/** A difference of two shares in percentage points, without its sign: `1.3`. */
export const formatPoints = (share: number): string => Math.abs(share * 100).toFixed(1);

function comparison(variant: Variant, baseline: Variant): string {
	const [name, base] = [nameOf(variant), nameOf(baseline)];
	const { difference = 0, lower = 0, upper = 0 } = differenceOf(variant, baseline) ?? {};
	const verdict = verdictOf(variant, baseline);
	if (verdict === 'few')
		return `${name}: there is too little to compare it with ${base}. That takes at least ${countsMin.visitors} visitors in each of the two, of whom ${countsMin.converted} converted.`;
	if (verdict === 'unclear')
		return `${name}: no clear difference to ${base}. Its rate may be up to ${formatPoints(lower)} percentage points lower or up to ${formatPoints(upper)} higher.`;
	const [near, far] = verdict === 'higher' ? [lower, upper] : [upper, lower];
	return `${name}: its rate is ${verdict} than that of ${base} by ${formatPoints(difference)} percentage points, with 95% confidence by ${formatPoints(near)} to ${formatPoints(far)}.`;
}

function imbalanceFindings(variants: readonly Variant[]): Finding[] {
	const visitors = variants.map((variant) => variant.visitors);
	if (!imbalanceOf(visitors).isImbalanced) return [];
	const total = visitors.reduce((sum, count) => sum + count, 0);
	const equal = total / variants.length;
	const distance = (count: number) => Math.abs(count - equal);
	const farthest = variants.reduce((a, b) => (distance(b.visitors) > distance(a.visitors) ? b : a));
	return [
		{
			text: `Imbalanced split: ${nameOf(farthest)} has ${formatPart(farthest.visitors / total)} of the visitors, and an equal split would give it ${formatPart(1 / variants.length)}. Chance alone makes such a split less than once in 1,000 times. If the split is meant to be equal, find the cause before you trust the rates.`,
			isWarning: true,
		},
	];
}
