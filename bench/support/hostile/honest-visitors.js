const fixedCount = 8;

/**
 * The visitors who come again and again in one measurement. Their streams have their own numbers and their batches
 * count from 0, so that an attacker can be given the ids of their events.
 */
export function fixedVisitors(firstVisitor) {
	return Array.from({ length: fixedCount }, (_, index) => firstVisitor + index);
}
