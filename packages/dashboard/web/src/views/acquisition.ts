import { card } from '../cards/card.js';
import { capitalised, formatCount, formatMoney, formatPart } from '../format.js';
import type { Show } from './view.js';

const formatOptional = (value: string) => (value === '' ? '–' : value);

export const acquisition: Show = async (stage) => {
	const { rows } = await stage.ask('acquisition');
	return [
		card({
			title: 'Channels',
			note: 'Campaign: with a utm_source. Referral: from another site. Direct: neither. Visitors count once a day. A click on a value shows only its sessions.',
			onSegment: stage.narrow,
			table: {
				columns: [
					{ title: 'Channel', format: capitalised, segment: 'channel', barOf: 1 },
					{ title: 'Sessions', isNumber: true, format: formatCount },
					{ title: 'Visitors', isNumber: true, format: formatCount },
					{ title: 'With a checkout', isNumber: true, format: formatCount },
					{ title: 'Revenue', isNumber: true, format: formatMoney },
				],
				rows: rows.channels.map((row) => [row.channel, row.sessions, row.visitors, row.conversions, row.revenue]),
			},
		}),
		card({
			title: 'Sources',
			rowsMax: 25,
			onSegment: stage.narrow,
			table: {
				columns: [
					{ title: 'Referrer', format: formatOptional, segment: 'referrer', barOf: 4 },
					{ title: 'Source', format: formatOptional, segment: 'source' },
					{ title: 'Medium', format: formatOptional, segment: 'medium' },
					{ title: 'Campaign', format: formatOptional, segment: 'campaign' },
					{ title: 'Sessions', isNumber: true, format: formatCount },
					{ title: 'Visitors', isNumber: true, format: formatCount },
					{ title: 'Bounce rate', isNumber: true, format: formatPart },
					{ title: 'With a checkout', isNumber: true, format: formatCount },
					{ title: 'Revenue', isNumber: true, format: formatMoney },
				],
				rows: rows.sources.map((row) => [
					row.referrer,
					row.source,
					row.medium,
					row.campaign,
					row.sessions,
					row.visitors,
					row.bounceRate,
					row.conversions,
					row.revenue,
				]),
			},
		}),
	];
};
