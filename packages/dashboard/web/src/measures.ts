import type { ViewRows } from '@footfall/dashboard/contract';
import { durationSteps } from './charts/lines-chart.js';
import { formatCount, formatDuration, formatMoney, formatPart, formatRoundDuration, formatShort } from './format.js';

type Numbers = Omit<ViewRows['overview']['numbers'][number], 'day' | 'isTotal' | 'isCurrent'>;

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
	/** `▲ 12.3%`, `▲ ×14`, `no change`, `new`. */
	text: string;
	isGood: boolean | undefined;
}

/** Compares a number with the one of the previous period; undefined if one of them is not known. Pure. */
export function changeOf(measure: Measure, now: number | null, before: number | null): Change | undefined {
	if (now === null || before === null) return undefined;
	if (before === 0) return now === 0 ? undefined : { text: 'new', isGood: !measure.isBadWhenUp };
	const change = now / before - 1;
	if (Math.abs(change) < 0.0005) return { text: 'no change', isGood: undefined };
	const isUp = change > 0;
	// From ten times the previous value on, a factor is easier to read than a percentage.
	const size = change >= 9 ? `×${formatCount(now / before)}` : formatPart(Math.abs(change));
	return { text: `${isUp ? '▲' : '▼'} ${size}`, isGood: isUp !== (measure.isBadWhenUp ?? false) };
}
