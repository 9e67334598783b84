import type { eventColumns, orderColumns } from '@footfall/warehouse/columns';
import {
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
} from '@footfall/warehouse/native';

type EventColumnName = Exclude<(typeof eventColumns)[number]['name'], (typeof orderColumns)[number]>;

/**
 * Creates empty columns: those of the `events` table that every event fills. Orders have others besides: see OrderRows.
 *
 * @param rowsMax maximum number of rows
 */
export function newEventColumns(rowsMax: number) {
	return {
		site: new SharedTextColumn(rowsMax),
		visitor_id: new Uint64Column(rowsMax),
		event_id: new UuidColumn(rowsMax),
		user_id: new SharedTextColumn(rowsMax),
		ts: new MomentColumn(rowsMax),
		ts_bounded: new BoolColumn(rowsMax),
		received_at: new MomentColumn(rowsMax),
		name: new TextColumn(),
		obj: new TextColumn(),
		obj_id: new TextColumn(),
		product_id: new ProductIdColumn(),
		amount: new DecimalColumn(rowsMax),
		currency: new TextColumn(),
		exp: new MapColumn(rowsMax),
		props: new MapColumn(rowsMax),
		url: new SharedTextColumn(rowsMax),
		title: new SharedTextColumn(rowsMax),
		referrer: new SharedTextColumn(rowsMax),
		viewport_width: new Uint16Column(rowsMax),
		viewport_height: new Uint16Column(rowsMax),
		screen_width: new Uint16Column(rowsMax),
		screen_height: new Uint16Column(rowsMax),
		language: new SharedTextColumn(rowsMax),
		timezone: new SharedTextColumn(rowsMax),
		browser: new SharedTextColumn(rowsMax),
		os: new SharedTextColumn(rowsMax),
		device: new SharedTextColumn(rowsMax),
		is_bot: new BoolColumn(rowsMax),
		country: new SharedTextColumn(rowsMax),
		source: new SharedTextColumn(rowsMax),
		segment: new SharedTextColumn(rowsMax),
	} satisfies Record<EventColumnName, NativeColumn>;
}

export type EventColumns = ReturnType<typeof newEventColumns>;
