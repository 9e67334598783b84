// Sends mutated batches to the decoder, and to a collector over WebSocket and POST. Ends with one line of JSON; exits
// with 1 when it found something, which it adds to the protocol's vectors.
//
//     --frames N   frames to decode, default 1,000,000
//     --sent N     frames to send to a collector as well, default 20,000
//     --seed N     generates the same frames again; printed first
//     --vectors D  folder for findings, default packages/protocol/vectors
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { decodeBatch } from '@footfall/protocol/decode';
import { fuzzCollector } from './fuzz/collector-run.js';
import { fuzzDecoder } from './fuzz/decoder-run.js';
import { Findings } from './fuzz/findings.js';

const { values } = parseArgs({
	// pnpm passes on the `--` that may precede the options.
	args: process.argv.slice(2).filter((argument) => argument !== '--'),
	options: {
		frames: { type: 'string', default: '1000000' },
		sent: { type: 'string', default: '20000' },
		seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
		vectors: { type: 'string', default: fileURLToPath(new URL('../packages/protocol/vectors', import.meta.url)) },
	},
});

function wholeNumber(name) {
	const value = Number(values[name]);
	if (Number.isInteger(value) && value >= 0 && value < 2 ** 32) return value;
	process.stderr.write(`--${name}: must be a whole number of 0 to 4294967295 (it is "${values[name]}")\n`);
	process.exit(2);
}

const frames = wholeNumber('frames');
const sent = wholeNumber('sent');
const seed = wholeNumber('seed');
const say = (line) => process.stdout.write(`${line}\n`);
say(`seed ${seed}`);

const findings = new Findings();
const start = performance.now();
const perSecond = (count) => Math.round((count / (performance.now() - start)) * 1_000);
const onProgress = (done) => say(`decoded ${done}, ${perSecond(done)} a second, ${findings.count} findings`);
const { accepted, refused } = fuzzDecoder({ decode: decodeBatch, frames, seed, findings, onProgress });
const { answered, closed } =
	sent === 0 ? { answered: 0, closed: 0 } : await fuzzCollector({ frames: sent, firstIndex: frames, seed, findings });
say(`sent ${sent}: ${answered} answered, ${closed} connections ended`);

for (const { index, wrong, bytes } of findings.kept)
	say(`frame ${index}: ${wrong} ${bytes?.toString('hex').slice(0, 400) ?? ''}`);
findings.writeVectors(values.vectors, seed);
say(JSON.stringify({ frames: frames + sent, accepted, refused, answered, closed, findings: findings.count, seed }));
process.exitCode = findings.count === 0 ? 0 : 1;
