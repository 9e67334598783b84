import type { ViewRows } from '@footfall/dashboard/contract';
import { durationSteps } from './charts/lines-chart.js';
import { formatCount, formatDuration, formatMoney, formatPart, formatRoundDuration, formatShort } from './format.js';

type Numbers = Omit<ViewRows['overview']['numbers'][number], 'day' | 'isTotal' | 'isCurrent' | 'untilMs'>;

/** A number of the overview. */
export interface Measure {
	key: keyof Numbers;
	title: string;
	format(value: number | null): string;
	/** Formats a value for axes and small spaces. */
	formatTick(value: number): string;
	/** `steps` of `LinesOptions`. */
	steps?: readonly number[];
	/** A larger value is worse. */
	isBadWhenUp?: boolean;
	/** The number is a mean, which is not defined without data; a count is then 0. */
	isMean?: boolean;
}

const orZero = (format: (value: number) => string) => (value: number | null) => format(value ?? 0);

export const measures: readonly Measure[] = [
	{ key: 'visitors', title: 'Visitors', format: orZero(formatCount), formatTick: formatShort },
	{ key: 'sessions', title: 'Sessions', format: orZero(formatCount), formatTick: formatShort },
	{ key: 'pageViews', title: 'Page views', format: orZero(formatCount), formatTick: formatShort },
	{ key: 'revenue', title: 'Revenue', format: orZero(formatMoney), formatTick: formatShort },
	{
		key: 'bounceRate',
		title: 'Bounce rate',
		format: formatPart,
		formatTick: formatPart,
		isBadWhenUp: true,
		isMean: true,
	},
	{
		key: 'averageDurationMs',
		title: 'Average session',
		format: formatDuration,
		formatTick: formatRoundDuration,
		steps: durationSteps,
		isMean: true,
	},
];

/** Change of a number since the previous period. */
export interface Change {
	/** `▲ 12.3%`, `▲ ×14`, `no change`, `new`, or why there is no change. */
	text: string;
	isGood: boolean | undefined;
}

/**
 * Compares a number with the one of the previous period. Null is a mean that is not defined, since there were no
 * sessions. Pure.
 */
export function changeOf(measure: Pick<Measure, 'isBadWhenUp'>, now: number | null, before: number | null): Change {
	if (now === null) return { text: before === null ? 'no sessions in both periods' : 'no sessions', isGood: undefined };
	if (before === null) return { text: 'no sessions before', isGood: undefined };
	if (before === 0 && now !== 0) return { text: 'new', isGood: !measure.isBadWhenUp };
	const change = now === before ? 0 : now / before - 1;
	if (Math.abs(change) < 0.0005) return { text: 'no change', isGood: undefined };
	const isUp = change > 0;
	// From ten times the previous value on, a factor is easier to read than a percentage.
	const size = change >= 9 ? `×${formatCount(now / before)}` : formatPart(Math.abs(change));
	return { text: `${isUp ? '▲' : '▼'} ${size}`, isGood: isUp !== (measure.isBadWhenUp ?? false) };
}

/** A number of a period or day without a row: a count is 0, and a mean is not defined. Pure. */
export function numberOf({ key, isMean }: Measure, row: Numbers | undefined): number | null {
	return row ? row[key] : isMean ? null : 0;
}
