import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeBatch } from '@footfall/protocol/decode';
import { afterAll, describe, expect, it } from 'vitest';

type Decode = typeof decodeBatch;
type Counts = { accepted: number; refused: number };
interface Finding {
	wrong: string;
}
interface FindingsOfRun {
	count: number;
	kept: Finding[];
	writeVectors(directory: string, seed: number): void;
}
type Run = { decode: Decode; frames: number; seed: number; findings: FindingsOfRun };

const root = fileURLToPath(new URL('../..', import.meta.url));
const script = (path: string) => new URL(`../../scripts/${path}`, import.meta.url).href;
const { fuzzDecoder } = (await import(script('fuzz/decoder-run.js'))) as { fuzzDecoder: (run: Run) => Counts };
const { framesOf } = (await import(script('fuzz/frames.js'))) as {
	framesOf: (seed: number) => (index: number) => { bytes: Buffer };
};
const { Findings } = (await import(script('fuzz/findings.js'))) as { Findings: new () => FindingsOfRun };

const vectors = mkdtempSync(join(tmpdir(), 'footfall-vectors-'));
cpSync(join(root, 'packages/protocol/vectors'), vectors, { recursive: true });
afterAll(() => rmSync(vectors, { recursive: true, force: true }));

function fuzz(decode: Decode, frames: number) {
	const findings = new Findings();
	const counts = fuzzDecoder({ decode, frames, seed: 1, findings });
	return { ...counts, findings, wrongs: [...new Set(findings.kept.map((finding) => finding.wrong))] };
}

describe('fuzzing', () => {
	it('finds nothing in a short run, in process and against a collector', () => {
		const { stdout, status } = spawnSync(
			process.execPath,
			['scripts/fuzz.js', '--frames', '20000', '--sent', '500', '--seed', '1', '--vectors', vectors],
			{ cwd: root, encoding: 'utf8' },
		);
		const lines = stdout.trim().split('\n');
		expect(lines[0]).toBe('seed 1');
		const { accepted, refused, answered, closed, ...rest } = JSON.parse(lines.at(-1) ?? '');
		expect(rest).toEqual({ frames: 20_500, findings: 0, seed: 1 });
		expect(accepted + refused).toBe(20_000);
		expect(accepted).toBeGreaterThan(1_000);
		expect(answered + closed).toBe(500);
		expect(status).toBe(0);
	});

	it('generates the same frames from the same seed', () => {
		const digest = (seed: number) => {
			const frameOf = framesOf(seed);
			const hash = createHash('sha256');
			for (let index = 0; index < 300; index++) hash.update(frameOf(index).bytes);
			return hash.digest('hex');
		};
		expect(digest(7)).toBe(digest(7));
		expect(digest(7)).not.toBe(digest(8));
	});

	const kept: unknown[] = [];
	it.each<[fault: string, decode: Decode, wrong: string]>([
		[
			'throws at some frames',
			(bytes) => {
				if (bytes.includes(0xc7)) throw new RangeError('extension');
				return decodeBatch(bytes);
			},
			'decoding throws RangeError',
		],
		[
			'reads a value wrongly',
			(bytes) => {
				const decoded = decodeBatch(bytes);
				return decoded.ok ? { ...decoded, batch: { ...decoded.batch, visitor: decoded.batch.visitor >>> 0 } } : decoded;
			},
			'read otherwise than by msgpackr: batch.visitor',
		],
		[
			'refuses what the encoder makes',
			(bytes) => {
				const decoded = decodeBatch(bytes);
				if (!decoded.ok || decoded.batch.events.every((event) => event.eventId === undefined)) return decoded;
				return { ok: false, reason: 'malformed', detail: 'ids are not for us', head: undefined };
			},
			'what the encoder made is refused',
		],
		[
			'keeps what it was given',
			(bytes) => {
				kept.push(Array.from({ length: 2_000 }, () => 0));
				return decodeBatch(bytes);
			},
			'memory grows with the frames',
		],
		[
			'looks at long frames again and again',
			(bytes) => {
				const until = performance.now() + (bytes.length > 8_000 ? 20 : 0);
				while (performance.now() < until) {}
				return decodeBatch(bytes);
			},
			'decoding is slow',
		],
	])('finds a decoder that %s', (_, decode, wrong) => {
		expect(fuzz(decode, 2_000).wrongs).toContain(wrong);
	});

	it('adds its findings to the vectors, and leaves other vectors unchanged', () => {
		const before = readFileSync(join(vectors, 'invalid.json'), 'utf8');
		const { findings } = fuzz((bytes) => {
			if (bytes.includes(0xc7)) throw new RangeError('extension');
			return decodeBatch(bytes);
		}, 1_000);
		findings.writeVectors(vectors, 1);
		const after = readFileSync(join(vectors, 'invalid.json'), 'utf8');
		expect(after.startsWith(before.slice(0, before.lastIndexOf('\n]')))).toBe(true);
		const added = JSON.parse(after).slice(JSON.parse(before).length);
		expect(added.length).toBe(findings.kept.length);
		expect(added[0]).toMatchObject({ name: expect.stringMatching(/^fuzz, seed 1, frame \d+: decoding throws/) });
	});
});
