import { constants } from 'node:os';
import { DataType, load, open } from 'ffi-rs';

/** PR_SET_PDEATHSIG of Linux's prctl(2). */
const setParentDeathSignal = 1;

/**
 * Has the kernel kill this process with SIGKILL when its parent ends, however that ends and whatever this process
 * does at that moment: it could not notice by itself while it is stopped, or while its event loop is held. Linux
 * alone can do that; elsewhere, and where the call fails, nothing happens, and the caller has to watch its channel to
 * the parent.
 */
export function endWithParent(): void {
	if (process.platform !== 'linux') return;
	try {
		// No path: whichever C library this process has already loaded.
		open({ library: 'c', path: '' });
		load({
			library: 'c',
			funcName: 'prctl',
			retType: DataType.I32,
			paramsType: [DataType.I32, DataType.U64],
			paramsValue: [setParentDeathSignal, constants.signals.SIGKILL],
		});
	} catch {
		// The channel to the parent is still there to be watched.
	}
}
