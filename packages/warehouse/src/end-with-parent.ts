import { constants } from 'node:os';
import { DataType, load, open } from 'ffi-rs';

/** PR_SET_PDEATHSIG of Linux's prctl(2). */
const setParentDeathSignal = 1;

/**
 * Makes the kernel kill this process with SIGKILL when its parent ends, however the parent ends and whatever this
 * process does at that moment: it could not notice the end itself while it is stopped, or while its event loop is
 * blocked. Only Linux can do that. Elsewhere, and where the call fails, nothing happens, and the caller has to watch
 * its channel to the parent.
 */
export function endWithParent(): void {
	if (process.platform !== 'linux') return;
	try {
		// Without a path, this is the C library that this process has loaded.
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
