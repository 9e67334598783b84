/** Memory limit of an embedded server, in bytes and as a share of the machine's memory; the lower one applies. */
export const serverMemory = { bytes: 4096 * 1024 * 1024, ratio: 0.5 };

/** The most memory that an embedded server takes on a machine with this much, bytes. Pure. */
export const serverMemoryMax = (machineBytes: number) =>
	Math.min(serverMemory.bytes, machineBytes * serverMemory.ratio);
