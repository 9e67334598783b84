import { join } from 'node:path';
import { build as esbuild } from 'esbuild';
import { build as rolldown } from 'rolldown';
import { build as vite } from 'vite';
import webpack from 'webpack';

/** Result of a build: messages of the bundler that its user would see. */
type Warnings = string[];

/**
 * Bundlers of other people's applications. Each bundles `src/main.js` of a project into the file `app.js` of a folder,
 * for production, as its documentation shows.
 */
export const bundlers: Record<string, (project: string, target: string) => Promise<Warnings>> = {
	async esbuild(project, target) {
		const entry = join(project, 'src/main.js');
		const outfile = join(target, 'app.js');
		const options = { bundle: true, minify: true, format: 'esm', logLevel: 'silent' } as const;
		const { warnings } = await esbuild({ ...options, entryPoints: [entry], outfile });
		return warnings.map(({ text }) => text);
	},
	async rolldown(project, target) {
		const warnings: Warnings = [];
		await rolldown({
			input: join(project, 'src/main.js'),
			output: { file: join(target, 'app.js'), minify: true },
			onLog: (_level, { message }) => warnings.push(message),
		});
		return warnings;
	},
	async Vite(project, target) {
		const warnings: Warnings = [];
		const warn = (text: string) => warnings.push(text);
		await vite({
			root: project,
			configFile: false,
			logLevel: 'warn',
			build: {
				outDir: target,
				rolldownOptions: { input: join(project, 'src/main.js'), output: { entryFileNames: 'app.js' } },
			},
			customLogger: {
				info() {},
				warn,
				warnOnce: warn,
				error: warn,
				clearScreen() {},
				hasErrorLogged: () => false,
				hasWarned: false,
			},
		});
		return warnings;
	},
	webpack: (project, target) =>
		new Promise((resolve, reject) => {
			const compiler = webpack({
				mode: 'production',
				context: project,
				entry: './src/main.js',
				output: { path: target, filename: 'app.js' },
				// Hints about size are no warnings about the tracker.
				performance: false,
			});
			compiler.run((fault, stats) => {
				compiler.close(() => {});
				const { errors = [], warnings = [] } = stats?.toJson({ all: false, errors: true, warnings: true }) ?? {};
				if (fault ?? stats?.hasErrors()) reject(fault ?? new Error(errors.map(({ message }) => message).join('\n')));
				else resolve(warnings.map(({ message }) => message));
			});
		}),
};
