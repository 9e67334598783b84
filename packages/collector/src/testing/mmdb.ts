import { ipv6Groups } from '@footfall/addresses';
import { parseNetwork } from '../accept/limits/network.js';

/** A value in a record. */
export type MmdbValue = string | number | { [key: string]: MmdbValue };

export interface MmdbOptions {
	/** 4 for a database without IPv6 addresses. @default 6 */
	ipVersion?: 4 | 6;
	databaseType?: string;
}

/** The two sides of a node: each is another node, the position of a record in the data section, or nothing. */
type Side = Node | number | undefined;
type Node = [Side, Side];

const nothing = Buffer.alloc(16);

/**
 * Encodes a MaxMind DB with a record for each of these networks (https://maxmind.github.io/MaxMind-DB/). It supports
 * databases of a few hundred bytes.
 */
export function mmdb(networks: Record<string, MmdbValue>, options: MmdbOptions = {}): Buffer<ArrayBuffer> {
	const { ipVersion = 6, databaseType = 'Test-Country' } = options;
	const root: Node = [undefined, undefined];
	const records: Buffer[] = [];
	let dataBytes = 0;
	for (const [network, value] of Object.entries(networks)) {
		put(root, bitsOf(network, ipVersion), dataBytes);
		const record = encoded(value);
		records.push(record);
		dataBytes += record.length;
	}
	const nodes = nodesFrom(root);
	const metadata = encoded({
		binary_format_major_version: 2,
		binary_format_minor_version: 0,
		build_epoch: 1_700_000_000,
		database_type: databaseType,
		ip_version: ipVersion,
		node_count: nodes.length,
		record_size: 32,
	});
	const marker = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');
	return Buffer.concat([encodedTree(nodes), nothing, ...records, marker, metadata]);
}

/** A record as in databases of countries. */
export function inCountry(code: string): MmdbValue {
	return { continent: { code: 'EU' }, country: { iso_code: code, names: { en: 'A country' } } };
}

function bitsOf(text: string, ipVersion: 4 | 6): string {
	const network = parseNetwork(text);
	if (network === undefined) throw new Error(`${text} is no network`);
	const { address, prefixBits, family } = network;
	const groups = family === 'ipv6' ? ipv6Groups(address) : address.split('.').map(Number);
	const width = family === 'ipv6' ? 16 : 8;
	const bits = groups.map((group) => group.toString(2).padStart(width, '0')).join('');
	// A tree of IPv6 addresses contains the IPv4 addresses at ::/96.
	const before = family === 'ipv4' && ipVersion === 6 ? '0'.repeat(96) : '';
	return before + bits.slice(0, prefixBits);
}

function put(root: Node, bits: string, record: number): void {
	let node = root;
	for (const bit of bits.slice(0, -1)) {
		const next = node[Number(bit)] ?? [undefined, undefined];
		if (typeof next === 'number') throw new Error('a network lies in another');
		node[Number(bit)] = next;
		node = next;
	}
	node[Number(bits.at(-1))] = record;
}

function nodesFrom(root: Node): Node[] {
	const nodes = [root];
	for (const node of nodes) nodes.push(...node.filter((side) => Array.isArray(side)));
	return nodes;
}

function encodedTree(nodes: readonly Node[]): Buffer {
	const tree = Buffer.alloc(nodes.length * 8);
	const numberOf = new Map<Side, number>(nodes.map((node, index) => [node, index]));
	for (const [index, node] of nodes.entries()) {
		for (const [side, value] of node.entries()) {
			const target = typeof value === 'number' ? nodes.length + nothing.length + value : numberOf.get(value);
			tree.writeUInt32BE(target ?? nodes.length, index * 8 + side * 4);
		}
	}
	return tree;
}

/** Types of the format, in the upper three bits of the first byte of a value; the lower bits are its length. */
const textType = 2 << 5;
const uint32Type = 6 << 5;
const mapType = 7 << 5;
const lengthMax = 28;

function encoded(value: MmdbValue): Buffer {
	if (typeof value === 'number')
		return Buffer.of(uint32Type | 4, ...Buffer.from(Uint32Array.of(value).buffer).reverse());
	const content =
		typeof value === 'string'
			? [Buffer.from(value)]
			: Object.entries(value).flatMap(([key, each]) => [encoded(key), encoded(each)]);
	const length = typeof value === 'string' ? Buffer.byteLength(value) : content.length / 2;
	if (length > lengthMax) throw new Error('longer values are not made here');
	return Buffer.concat([Buffer.of((typeof value === 'string' ? textType : mapType) | length), ...content]);
}
