import { expect, it } from 'vitest';
import { missingPackages } from '../../scripts/release/software-bill.js';

it('a bill names the optional packages that the lockfile has nowhere that their package finds them', () => {
	const packages = {
		'': { optionalDependencies: { a: '1.0.0', b: '2.0.0' } },
		'node_modules/a': { optionalDependencies: { '@s/a-x64': '1.0.0', '@s/a-arm64': '1.0.0', c: '3.0.0' } },
		'node_modules/@s/a-x64': {},
		'node_modules/a/node_modules/c': {},
		'node_modules/d': { optionalDependencies: { c: '3.0.0', '@s/a-arm64': '1.0.0' } },
	};
	expect(missingPackages({ packages })).toEqual(['@s/a-arm64@1.0.0', 'b@2.0.0', 'c@3.0.0']);
});
