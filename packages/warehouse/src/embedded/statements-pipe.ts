import { rmSync } from 'node:fs';
import { open as openFile } from 'node:fs/promises';
import { DataType, load, open } from 'ffi-rs';

/**
 * A named pipe that the engine reads its statements from. The engine opens it when it has started and before it does
 * anything, which is the moment at which whoever writes gets it open, too.
 */
export interface StatementsPipe {
	readonly path: string;
	/** Resolves when the engine has started and waits for statements; never where no engine opens the pipe. */
	waitForReader(): Promise<{ write(statements: string): Promise<void> }>;
}

/**
 * Makes the pipe, in place of one that a killed process left behind.
 *
 * @throws Error where the file system has no pipes
 */
export function makeStatementsPipe(path: string): StatementsPipe {
	rmSync(path, { force: true });
	// No path: whichever C library this process has already loaded. Node has no call for it.
	open({ library: 'c', path: '' });
	const { value, errnoMessage } = load({
		library: 'c',
		funcName: 'mkfifo',
		retType: DataType.I32,
		paramsType: [DataType.String, DataType.I32],
		paramsValue: [path, 0o600],
		errno: true as const,
	});
	if (value !== 0) throw new Error(`Cannot make the pipe ${path}: ${errnoMessage}`);
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
