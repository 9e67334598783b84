// Runs the transforms without publishing, and prints each statement of the run with its duration and parameters.
// Readers keep the published marts, and the run has their definitions. Uses the server of a running `footfall up` on
// the same data, or starts one.
//
//     --data DIR       the data directory, .footfall when not given
//     --full-refresh   computes every model from all events; without it, only what new events touch
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compileOrThrow, makeAside, withoutDefinitions, withPublishedDefinitions } from '@footfall/transforms';
import { connect, readServerAddress, startEmbeddedServer } from '@footfall/warehouse';

const { values } = parseArgs({
	// pnpm passes the `--` that may stand before the options.
	args: process.argv.slice(2).filter((argument) => argument !== '--'),
	options: {
		data: { type: 'string', default: '.footfall' },
		'full-refresh': { type: 'boolean', default: false },
	},
});

const directory = join(values.data, 'clickhouse');
const running = readServerAddress(directory);
const started = running === undefined ? await startEmbeddedServer({ directory }) : undefined;
const server = running ?? started;
const warehouse = connect({ url: server.url, ...server.writer });

/** The parameters as JSON, without the key of stored hashes, which is a secret. */
function shown(params) {
	return JSON.stringify(params, (name, value) => (name.startsWith('hash_key_') ? '…' : value));
}

/** Replaces a method of the warehouse by one that prints the statement when it has ended. */
function printed(method) {
	return async (sql, options = {}) => {
		const start = performance.now();
		try {
			return await warehouse[method](sql, options);
		} finally {
			const params = options.params === undefined ? '' : ` ${shown(options.params)}`;
			process.stdout.write(`-- ${Math.round(performance.now() - start)} ms${params}\n${sql};\n\n`);
		}
	};
}

try {
	const printing = { ...warehouse, query: printed('query'), command: printed('command') };
	const options = { fullRefresh: values['full-refresh'] };
	const project = await withPublishedDefinitions(warehouse, withoutDefinitions(compileOrThrow()));
	const report = await makeAside(printing, project, options, async (run) => run.report);
	process.stdout.write(`${JSON.stringify(report ?? 'no new events')}\n`);
} finally {
	await warehouse.close();
	await started?.stop();
}
