/** Seconds that the live view looks back. */
export const liveSeconds = 300;
