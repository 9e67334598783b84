/** What the database says before a run. */
export interface RunState {
	/** The newest published run, if any. */
	published: { run: bigint; models: string; source: string } | undefined;
	/** The highest block and mutation of every partition of the raw table. */
	source: string;
	/** The server's clock, microseconds since 1970. */
	nowUs: bigint;
}

/** What to do. */
export type Plan =
	| { kind: 'skip' }
	| { kind: 'rebuild'; run: bigint; why: 'first run' | 'models changed' | 'new events' };

/**
 * Nothing when the published run has seen every block and was made from these models, else a rebuild. Told by numbers of
 * blocks and mutations, which no client's clock can bend. Run numbers grow even when the server's clock steps back. Pure.
 */
export function planRun({ published, source, nowUs }: RunState, models: string): Plan {
	if (!published) return { kind: 'rebuild', run: nowUs, why: 'first run' };
	if (published.models === models && published.source === source) return { kind: 'skip' };
	const run = nowUs > published.run ? nowUs : published.run + 1n;
	return { kind: 'rebuild', run, why: published.models === models ? 'new events' : 'models changed' };
}
