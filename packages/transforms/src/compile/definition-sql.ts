import { textLiteral } from '@footfall/definitions';

/** SQL that the texts of goals, funnels and experiments in models have in common. */

/** An element of a list, and the condition on which the list has it. */
export interface ListItem {
	tuple: string;
	condition: string;
}

/** A list of those items whose condition an event fulfils. */
export function listWhere(items: readonly ListItem[], type: string): string {
	if (items.length === 0) return `CAST([], ${textLiteral(type)})`;
	const parts = items.map(({ tuple, condition }) => `if(${condition}, [${tuple}], [])`);
	return `CAST(${parts.length === 1 ? parts[0] : `arrayConcat(${parts.join(', ')})`}, ${textLiteral(type)})`;
}

/** A condition on an event of some sites. @param sites keys; undefined for all sites */
export const siteSql = (sites: readonly string[] | undefined, condition: string) =>
	sites === undefined ? condition : `site IN (${sites.map(textLiteral).join(', ')}) AND (${condition})`;

/** A list of sites for readers, which is empty for all sites. */
export const sitesSql = (sites: readonly string[] | undefined) => `[${(sites ?? []).map(textLiteral).join(', ')}]`;

/** A table of constants for a view. @param columns the columns with their types */
export const rows = (values: readonly string[], columns: string): string =>
	`(SELECT row.* FROM (SELECT arrayJoin(CAST([${values.join(', ')}], ${textLiteral(`Array(Tuple(${columns}))`)})) AS row))`;
