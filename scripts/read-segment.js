// Prints the batches of WAL segments, one line of JSON each: receipt, client and the decoded batch. Reads only.
//
//     node scripts/read-segment.js .footfall/log/*.log
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { decodeBatch } from '@footfall/protocol/decode';
import { clientTexts, readClient } from '../packages/collector/dist/client.js';
import { readSegment } from '../packages/collector/dist/wal/segment-format.js';
import { segmentNameOf } from '../packages/collector/dist/wal/segment-name.js';

const files = process.argv.slice(2);
if (files.length === 0) {
	process.stderr.write('Name at least one segment file: node scripts/read-segment.js .footfall/log/*.log\n');
	process.exit(2);
}
for (const file of files) {
	const name = segmentNameOf(basename(file));
	if (name === undefined) {
		process.stderr.write(`${file}: the name is not that of a segment (15 digits, a hyphen, 16 hex digits)\n`);
		process.exitCode = 2;
		continue;
	}
	const { records, damaged } = readSegment(readFileSync(file), name);
	for (const record of records) {
		const texts = {};
		const client = readClient(record.client, (index, start, end) => {
			texts[clientTexts[index]] = Buffer.from(record.client.subarray(start, end)).toString();
		});
		const receivedAt = new Date(record.receivedAtMs).toISOString();
		process.stdout.write(`${JSON.stringify({ receivedAt, ...client, ...texts, ...decodeBatch(record.frame) })}\n`);
	}
	process.stderr.write(`${file}: ${records.length} records, ${damaged} damaged stretches\n`);
}
