import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
	resolve: {
		// Tests read the packages' sources; only what a test starts as a process runs the built files.
		alias: [
			{ find: '@footfall/protocol/decode', replacement: source('packages/protocol/src/decode.ts') },
			{
				find: '@footfall/collector/testing',
				replacement: source('packages/collector/src/testing/index.ts'),
			},
			{ find: '@footfall/host/kernel', replacement: source('packages/host/src/kernel/index.ts') },
			{ find: '@footfall/warehouse/columns', replacement: source('packages/warehouse/src/event-columns.ts') },
			{ find: '@footfall/warehouse/native', replacement: source('packages/warehouse/src/native/index.ts') },
			{ find: '@footfall/warehouse/testing', replacement: source('packages/warehouse/src/testing/index.ts') },
			{ find: '@footfall/dashboard/contract', replacement: source('packages/dashboard/src/contract/contract.ts') },
			{ find: '@footfall/dashboard/testing', replacement: source('packages/dashboard/src/testing/shop-history.ts') },
			{
				find: '@footfall/http-server/testing',
				replacement: source('packages/http-server/src/testing/raw-connection.ts'),
			},
			{
				find: /^@footfall\/(addresses|host|protocol|random|http-server|tracker|warehouse|collector|transforms|simulation|dashboard)$/,
				replacement: source('packages/$1/src/index.ts'),
			},
			{ find: '@footfall/demo-shop/testing', replacement: source('demo-shop/src/testing/child-processes.ts') },
			{ find: '@footfall/demo-shop/crowd', replacement: source('demo-shop/src/crowd/index.ts') },
			{ find: '@footfall/demo-shop', replacement: source('demo-shop/src/index.ts') },
		],
	},
	test: {
		include: ['packages/*/{src,web/src}/**/*.test.ts', 'demo-shop/src/**/*.test.ts', 'tests/**/*.test.ts'],
		// Real servers and browsers share two cores: a slow start is not a failure.
		testTimeout: 180_000,
		hookTimeout: 180_000,
		maxWorkers: 2,
	},
});
