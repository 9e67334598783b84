export { createFootfall, type Footfall } from './create-footfall.js';
export {
	type EventContext,
	type EventFields,
	FootfallError,
	type FootfallOptions,
	type Order,
	type OrderItem,
	type Refund,
} from './options.js';
