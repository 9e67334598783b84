import { chooseEngine } from '../accept/transport/choose-engine.js';
import { type Engine, engineNames } from '../accept/transport/engine.js';

/** The engines that load on this machine: both, or Node's own http where uWebSockets.js has no file. */
const loaded: readonly Engine[] = await Promise.all(
	engineNames.map(async (name) => (await chooseEngine(name).catch(() => undefined))?.engine),
).then((engines) => engines.filter((engine) => engine !== undefined));

/**
 * The engines on which this run executes the tests of `describe.each(engines)`: the one that FOOTFALL_HTTP_ENGINE
 * names, else all that load.
 */
export const engines: readonly Engine[] = loaded.filter(
	({ name }) => (process.env.FOOTFALL_HTTP_ENGINE ?? name) === name,
);

if (engines.length === 0) {
	throw new Error(`FOOTFALL_HTTP_ENGINE is ${process.env.FOOTFALL_HTTP_ENGINE}, which does not load here`);
}

/** The engine on which this run executes all other tests that start a collector. */
export const testEngine: Engine = engines[0] as Engine;
