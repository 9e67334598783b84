import { MessageChannel } from 'node:worker_threads';

/** A port without another end: what is sent there is gone, with the memory that was handed over with it. */
const nowhere = new MessageChannel();
nowhere.port2.close();
nowhere.port1.unref();

/**
 * Gives the memory of buffers back at once. They are many megabytes behind a few bytes of heap, so garbage collection
 * lets several blocks' worth of them pile up before it runs.
 *
 * @param buffers that nobody reads any more, above all no socket that is still sending them; they are empty afterwards
 */
export function freeMemory(...buffers: ArrayBuffer[]): void {
	nowhere.port1.postMessage(undefined, buffers);
}
