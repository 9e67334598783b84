import { isIP } from 'node:net';
import { constants } from 'node:os';
import { DataType, load, open } from 'ffi-rs';

/** Numbers of Linux, on all processors that Node supports there. */
const linux = {
	AF_INET: 2,
	AF_INET6: 10,
	SOCK_STREAM: 1,
	SOCK_CLOEXEC: 0o2000000,
	SOL_SOCKET: 1,
	SO_REUSEADDR: 2,
	SO_REUSEPORT: 15,
};

/** A socket on a port, or the code of the system's error, such as `EADDRINUSE`. */
export type SharedPort = { fd: number } | { code: string };

/**
 * Opens a socket on a port on which other sockets may listen, too (SO_REUSEPORT): the kernel distributes connections
 * over them. Node's own `reusePort` does the same from version 22.12 on. Linux only.
 *
 * @param address IPv4 or IPv6 address
 * @returns a descriptor that is bound and does not listen yet; the caller must close it
 */
export function bindSharedPort(address: string, port: number): SharedPort {
	const isV6 = isIP(address) === 6;
	const domain = isV6 ? linux.AF_INET6 : linux.AF_INET;
	const fd = call('socket', [domain, linux.SOCK_STREAM | linux.SOCK_CLOEXEC, 0]);
	if (typeof fd === 'string') return { code: fd };
	const one = Buffer.alloc(4);
	one.writeInt32LE(1);
	const name = socketAddress(address, port, isV6);
	for (const result of [
		call('setsockopt', [fd, linux.SOL_SOCKET, linux.SO_REUSEADDR, one, one.length]),
		call('setsockopt', [fd, linux.SOL_SOCKET, linux.SO_REUSEPORT, one, one.length]),
		call('bind', [fd, name, name.length]),
	]) {
		if (typeof result !== 'string') continue;
		call('close', [fd]);
		return { code: result };
	}
	return { fd };
}

/** The address as the kernel reads it: `struct sockaddr_in` or `struct sockaddr_in6`. */
function socketAddress(address: string, port: number, isV6: boolean): Buffer {
	const name = Buffer.alloc(isV6 ? 28 : 16);
	name.writeUInt16LE(isV6 ? linux.AF_INET6 : linux.AF_INET, 0);
	name.writeUInt16BE(port, 2);
	const result = call('inet_pton', [isV6 ? linux.AF_INET6 : linux.AF_INET, address, name.subarray(isV6 ? 8 : 4)]);
	if (result !== 1) throw new Error(`not an IP address: ${address}`);
	return name;
}

let opened = false;

/** Calls a function of the C library. @returns its value, or the code of its error if that is -1 */
function call(funcName: string, values: (number | string | Buffer)[]): number | string {
	if (!opened) {
		// An empty path means the C library that this process has loaded.
		open({ library: 'c', path: '' });
		opened = true;
	}
	const { value, errnoCode } = load({
		library: 'c',
		funcName,
		retType: DataType.I32,
		paramsType: values.map((each) =>
			typeof each === 'number' ? DataType.I32 : typeof each === 'string' ? DataType.String : DataType.U8Array,
		),
		paramsValue: values,
		errno: true as const,
	});
	if (value !== -1) return value;
	return Object.entries(constants.errno).find(([, number]) => number === errnoCode)?.[0] ?? `errno ${errnoCode}`;
}
