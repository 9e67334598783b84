import { rmSync } from 'node:fs';
import { open as openFile } from 'node:fs/promises';
import { DataType, load, open } from 'ffi-rs';

/**
 * A named pipe from which the engine reads its statements. The engine opens it after its start and before it executes
 * anything. At that moment the writer can open the pipe as well.
 */
export interface StatementsPipe {
	readonly path: string;
	/** Resolves when the engine has started and waits for statements; never if no engine opens the pipe. */
	waitForReader(): Promise<{ write(statements: string): Promise<void> }>;
}

/**
 * Creates the pipe, and replaces one that a killed process left behind.
 *
 * @throws Error where the file system has no pipes
 */
export function makeStatementsPipe(path: string): StatementsPipe {
	rmSync(path, { force: true });
	// Node does not offer mkfifo. An empty path means the C library that this process has loaded.
	open({ library: 'c', path: '' });
	const { value, errnoMessage } = load({
		library: 'c',
		funcName: 'mkfifo',
		retType: DataType.I32,
		paramsType: [DataType.String, DataType.I32],
		paramsValue: [path, 0o600],
		errno: true as const,
	});
	if (value !== 0) throw new Error(`Cannot create the pipe ${path}: ${errnoMessage}`);
	return {
		path,
		async waitForReader() {
			const file = await openFile(path, 'w');
			rmSync(path, { force: true });
			return {
				async write(statements) {
					await file.writeFile(statements);
					await file.close();
				},
			};
		},
	};
}
