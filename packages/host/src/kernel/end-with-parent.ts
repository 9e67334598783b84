import { constants } from 'node:os';
import { DataType, load, open } from 'ffi-rs';

/** PR_SET_PDEATHSIG of Linux's prctl(2). */
const setParentDeathSignal = 1;

/**
 * Makes the kernel send SIGKILL to this process when its parent ends. The process could not detect that itself while it
 * is stopped, or while its event loop is blocked. Only Linux offers this. On other systems, and if the call fails, this
 * function has no effect, and the caller must watch its channel to the parent.
 */
export function endWithParent(): void {
	if (process.platform !== 'linux') return;
	try {
		// An empty path means the C library that this process has loaded.
		open({ library: 'c', path: '' });
		load({
			library: 'c',
			funcName: 'prctl',
			retType: DataType.I32,
			paramsType: [DataType.I32, DataType.U64],
			paramsValue: [setParentDeathSignal, constants.signals.SIGKILL],
		});
	} catch {
		// The caller still watches the channel to the parent.
	}
}
