export {
	batchLength,
	batchPositions,
	batchVersion,
	type DetailedWireBatch,
	type DetailValue,
	eventPositions,
	type StringMap,
	subprotocol,
	type WireBatch,
	type WireContext,
	type WireDetail,
	type WireEvent,
} from './batch.js';
export { type ContentCoding, contentCodings } from './content-codings.js';
export { encode, type WireValue } from './encode.js';
export { encodeSmall, utf8 } from './encode-small.js';
export { eventId, eventIdWords, type IdempotencyKey } from './event-id.js';
export { type LimitName, limits } from './limits.js';
export type { OrderFields, OrderItem, ProductFields, RefundFields } from './order-fields.js';
export { type Outcome, type OutcomeRule, outcomes, type Rejection } from './outcome.js';
export { type ReservedEventName, reservedEvents } from './reserved-events.js';
export type { Ack, Goodbye, Hello, ServerMessage } from './server-message.js';
