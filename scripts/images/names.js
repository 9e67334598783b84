// The images of docker/Dockerfile: their targets and tags, their base, and the folder in which they are kept.
import { join } from 'node:path';

/** The tag of each target. */
export const targets = { service: 'footfall:service', footfall: 'footfall:latest' };

/**
 * The version of Node.js and the Debian that the Dockerfile starts from. Pure.
 *
 * @param dockerfile its text
 */
export function baseOf(dockerfile) {
	const [, node, suite] = /^ARG BASE=\S+\/node:(\d+\.\d+\.\d+)-(\w+)-slim$/m.exec(dockerfile) ?? [];
	if (node === undefined) throw new Error('docker/Dockerfile names no image of Node.js on a Debian');
	return { node, suite };
}

/** The folder that buildah and podman mount on itself in a folder of images, and leave so. */
export const mountOf = (folder) => join(folder, 'images', 'overlay');

/** Flags with which buildah and podman keep images in a folder; none for their own folders. */
export const storageFlags = (folder) =>
	folder === undefined ? [] : ['--root', join(folder, 'images'), '--runroot', join(folder, 'run')];
