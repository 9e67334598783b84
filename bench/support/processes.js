// Starts the parts of a benchmark as separate processes.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const running = new Set();

function start(file, argument, { nodeOptions = [], ...options } = {}) {
	const path = fileURLToPath(new URL(file, import.meta.url));
	const child = spawn(process.execPath, [...nodeOptions, path, JSON.stringify(argument)], {
		stdio: ['pipe', 'pipe', 'inherit'],
		...options,
	});
	running.add(child);
	child.once('exit', () => running.delete(child));
	return child;
}

async function firstLine(child, file) {
	for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line);
	throw new Error(`${file} ended without a word`);
}

/** A server that prints its address; `stop` ends it. */
export async function startServer(file, argument = {}, nodeOptions = []) {
	const child = start(file, argument, { nodeOptions });
	const addresses = await firstLine(child, file);
	const exited = new Promise((resolve) => child.once('exit', resolve));
	return {
		...addresses,
		pid: child.pid,
		stop() {
			child.kill('SIGTERM');
			return exited;
		},
	};
}

/**
 * A running load: `result` resolves with its output, and `finish` ends a load that waits for it.
 *
 * @param options further options of `spawn`
 */
export function startLoad(file, argument, options = {}) {
	const child = start(file, argument, options);
	return { result: firstLine(child, file), finish: () => child.stdin.end() };
}

/** A load that ends by itself and prints its result. */
export function runLoad(file, argument) {
	return startLoad(file, argument).result;
}

/** The value of one metric, summed over its labels. */
export async function metric(adminUrl, name) {
	const text = await (await fetch(`${adminUrl}/metrics`)).text();
	return text
		.split('\n')
		.filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
		.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

/** A quantile of a histogram, as the upper bound of its bucket. */
export async function quantile(adminUrl, name, share) {
	const text = await (await fetch(`${adminUrl}/metrics`)).text();
	const buckets = [...text.matchAll(new RegExp(`^${name}_bucket\\{le="([^"]+)"\\} (\\d+)$`, 'gm'))].map(
		([, upTo, count]) => ({ upTo: Number(upTo.replace('+Inf', 'Infinity')), count: Number(count) }),
	);
	const all = buckets.at(-1)?.count ?? 0;
	return buckets.find(({ count }) => count >= all * share)?.upTo ?? Number.NaN;
}

process.on('exit', () => {
	for (const child of running) child.kill('SIGKILL');
});
