export { orderCurrency } from './bounded.js';
export {
	type EventName,
	eventNames,
	isOrderName,
	type MeaningName,
	meanings,
	type ToolEventName,
} from './event-names.js';
export { type FieldName, fieldNames, type ItemFieldName, itemFieldNames, ownNames, snakeCase } from './field-names.js';
export { type Given, isMissing, type NamedEvent, type NamedFields, namedEvent } from './named-event.js';
