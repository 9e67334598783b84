export { freeMemory } from './free-memory.js';
export { ItemsColumn } from './items-column.js';
export { encodeBlock } from './native-block.js';
export {
	BoolColumn,
	DecimalColumn,
	MapColumn,
	MomentColumn,
	type NativeColumn,
	ProductIdColumn,
	SharedTextColumn,
	TextColumn,
	Uint16Column,
	Uint64Column,
	UuidColumn,
} from './native-columns.js';
export { OrderColumns, type OrderFields } from './order-columns.js';
