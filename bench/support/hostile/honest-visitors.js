const fixedCount = 8;

/**
 * The returning visitors of one measurement. The numbers of their streams are fixed and their batches count from 0, so
 * that an attacker can be given the ids of their events.
 */
export function fixedVisitors(firstVisitor) {
	return Array.from({ length: fixedCount }, (_, index) => firstVisitor + index);
}
