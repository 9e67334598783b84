import { MessageChannel } from 'node:worker_threads';

/** A port whose other end is closed: a message to it is dropped, and the memory transferred with it is freed. */
const nowhere = new MessageChannel();
nowhere.port2.close();
nowhere.port1.unref();

/**
 * Frees the memory of buffers immediately. Each buffer is many megabytes behind a few bytes of heap, so the garbage
 * collector would run only after the buffers of several blocks have accumulated.
 *
 * @param buffers that are not read any more, in particular by no socket that is still sending them; empty afterwards
 */
export function freeMemory(...buffers: ArrayBuffer[]): void {
	nowhere.port1.postMessage(undefined, buffers);
}
