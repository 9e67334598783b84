import { expect, it } from 'vitest';
import { compileOrThrow } from './compile.js';
import { generation } from './generation.js';

it('raises the generation when the models or the definitions of the engine change', () => {
	// If this fails, raise `generation` in generation.ts, and state it here with the new checksum.
	expect({ generation, checksum: compileOrThrow().checksum }).toEqual({ generation: 11, checksum: 'b28821deded09f04' });
});
