/** A page that cannot send keeps this much, then forgets the oldest. */
const batchesMax = 200;
const bytesMax = 1_000_000;

/** A batch whose bytes never change again. */
export interface FrozenBatch {
	readonly _sequence: number;
	readonly _bytes: Uint8Array<ArrayBuffer>;
	/** Events in it. */
	readonly _events: number;
	/** Under way, and an answer is to come. */
	_inFlight?: boolean;
	/** The browser has taken it as a beacon, whose answer nobody hears. */
	_handedOver?: boolean;
}

/** Frozen batches in order, each until it is acknowledged by its own sequence number. */
export function batchQueue() {
	let waiting: FrozenBatch[] = [];
	const bytes = () => waiting.reduce((sum, { _bytes }) => sum + _bytes.length, 0);
	const inFlight = () => waiting.filter(({ _inFlight }) => _inFlight).length;
	return {
		/** @returns events of the oldest batches, when those had to make room */
		_push(batch: FrozenBatch): number {
			let lost = 0;
			waiting.push(batch);
			while (waiting.length > batchesMax || bytes() > bytesMax) lost += waiting.shift()?._events ?? 0;
			return lost;
		},
		/** Sends the next batches, as long as no more are under way at once. */
		_send(inFlightMax: number, send: (batch: FrozenBatch) => void): void {
			let room = inFlightMax - inFlight();
			for (const batch of [...waiting]) {
				if (batch._inFlight || room-- <= 0) continue;
				batch._inFlight = true;
				batch._handedOver = false;
				send(batch);
			}
		},
		/** How many answers are still to come. */
		_inFlight: inFlight,
		/** Whatever was under way is to be sent again. */
		_putBack(): void {
			for (const batch of waiting) batch._inFlight = false;
		},
		/** @returns the batch, when it is still waiting */
		_find: (sequence: number | null) => waiting.find(({ _sequence }) => _sequence === sequence),
		_remove(batch: FrozenBatch): void {
			waiting = waiting.filter((other) => other !== batch);
		},
		/** Offers every batch that was not handed over since it was last sent; they all stay until acknowledged. */
		_handOver(take: (batch: FrozenBatch) => boolean): void {
			for (const batch of waiting) batch._handedOver ||= take(batch);
		},
		/** Whether a batch with a smaller sequence still waits. */
		_hasBefore: (sequence: number): boolean => waiting.some(({ _sequence }) => _sequence < sequence),
	};
}

export type BatchQueue = ReturnType<typeof batchQueue>;
