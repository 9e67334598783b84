import { pathDaysMax } from '../../contract/path-days.js';
import { list } from '../lists/lists.js';
import { inScope, isFiltered, number, select, sessionsOf, text, type ViewQueries } from '../query.js';
import type { Scope } from '../scope.js';

/** Steps of a position that are shown by themselves; those with fewer sessions are one row. */
const stepsMax = 8;
/** Steps on each side of the step that the view starts from. */
const reach = 3;
/** Kinds of rows that are no steps: the session began, it ended, or its further steps are not in the mart. */
const ends = "['start', 'end', 'cut']";

/** The condition for being on one of the last days of the range. A Date is never before 1970. Pure. */
const onLast = (days: number): string => `day >= toDate(greatest(toInt32({to:Date}) - ${days - 1}, 0))`;

/** The landing pages of sessions. Pure. */
const landings = (scope: Scope): string =>
	isFiltered(scope)
		? `(SELECT entry_path AS path, count() AS landings FROM ${sessionsOf(scope)} WHERE page_views > 0 AND ${onLast(pathDaysMax.around)} GROUP BY path)`
		: `(SELECT path, sum(entries) AS landings FROM page_days WHERE ${inScope} AND ${onLast(pathDaysMax.around)} GROUP BY path)`;

/** The step that a view starts from: that of the request, or else the landing page of most sessions. Pure. */
const anchorOf = (scope: Scope): string =>
	scope.choices.step === undefined
		? `true AS anchor_is_page, (SELECT argMax(path, (landings, path)) FROM ${landings(scope)}) AS anchor`
		: '{step_is_page:Bool} AS anchor_is_page, {step:String} AS anchor';

/**
 * The sessions with a step at a position, by step. They are counted element by element, so that memory does not grow
 * with the number of different sequences. Pure.
 */
const stepCounts = (scope: Scope): string => `(
    SELECT toInt64(i) - before - 1 AS position, is_page, name, is_cut, toInt64(count()) AS found
    FROM
    (
        WITH ${anchorOf(scope)}
        SELECT arrayFirstIndex((name, is_page) -> name = anchor AND is_page = anchor_is_page, steps.name, steps.is_page) AS at,
            least(at - 1, ${reach}) AS before,
            arraySlice(steps.name, at - before, before + 1 + ${reach}) AS names,
            arraySlice(steps.is_page, at - before, before + 1 + ${reach}) AS pages,
            steps_left_out > 0 AS is_cut
        FROM ${sessionsOf(scope)}
        WHERE ${onLast(pathDaysMax.around)} AND at > 0
    )
    ARRAY JOIN names AS name, pages AS is_page, arrayEnumerate(names) AS i
    GROUP BY position, is_page, name, is_cut
)`;

/**
 * Rows of one count. Where fewer sessions have a step at a position than at the position before, the others have ended
 * in between. So each count is that of a step, adds to the ends at the position after it, and lowers those at its own.
 */
const rowsOfCount = `arrayConcat(
    [(position, if(is_page, 'page', 'event'), toString(name), found)],
    if(position >= 0, [(position + 1, if(is_cut, 'cut', 'end'), '', found)], []),
    if(position > 0, [(position, if(is_cut, 'cut', 'end'), '', -found)], []),
    if(position <= 0, [(position - 1, 'start', '', found)], []),
    if(position < 0, [(position, 'start', '', -found)], [])
)`;

/** Steps of sessions around one, which counts once a session: where it is for the first time. */
export const paths = {
	around: select(
		{
			/** Distance from the step that the view starts from, which is at 0: -3 to 3. */
			position: number,
			/** `page`, `event`, `other` for further ones, `start`, `end`, or `cut` where the mart has no further steps. */
			kind: text,
			name: text,
			sessions: number,
			/** Number of different steps: more than 1 only for `other`. */
			steps: number,
		},
		(scope) => `SELECT position, if(rank <= ${stepsMax} OR has(${ends}, step_kind), step_kind, 'other') AS kind,
    if(kind = 'other', '', step_name) AS name, sum(found) AS sessions, count() AS steps
FROM
(
    SELECT row.1 AS position, row.2 AS step_kind, row.3 AS step_name, sum(row.4) AS found,
        row_number() OVER (PARTITION BY position, has(${ends}, step_kind) ORDER BY found DESC, step_kind DESC, step_name) AS rank
    FROM (SELECT arrayJoin(${rowsOfCount}) AS row FROM ${stepCounts(scope)})
    GROUP BY position, step_kind, step_name
    HAVING found > 0 AND abs(position) <= ${reach}
)
GROUP BY position, kind, name
ORDER BY position, indexOf(['other', 'start', 'end', 'cut'], kind), sessions DESC, kind DESC, name`,
	),
	steps: list(
		{ kind: text, name: text, sessions: number },
		{
			rows: (
				scope,
			) => `SELECT if(is_page, 'page', 'event') AS kind, toString(step) AS name, countIf(nth = 1) AS sessions
    FROM
    (
        SELECT steps.name AS names, steps.is_page AS pages FROM ${sessionsOf(scope)} WHERE ${onLast(pathDaysMax.steps)}
    )
    ARRAY JOIN names AS step, pages AS is_page, arrayEnumerateUniq(names, pages) AS nth
    GROUP BY is_page, step`,
			searched: ['name'],
			isPaths: true,
			orderBy: 'sessions DESC, kind DESC, name',
			limit: 100,
		},
	),
} as const satisfies ViewQueries;
