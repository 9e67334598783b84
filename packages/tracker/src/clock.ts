let offsetMs = 0;

/** @param nowMs what the collector's clock says */
export function setClock(nowMs: number): void {
	offsetMs = nowMs - Date.now();
}

/** The time on the collector's clock, as far as known, milliseconds since 1970. */
export const collectorNow = () => Date.now() + offsetMs;
