/** Length of the time window of the live view, seconds. */
export const liveSeconds = 300;
