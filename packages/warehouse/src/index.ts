export { type AnswerOptions, connect, type StatementOptions, type Warehouse } from './client/client.js';
export { literal } from './client/literal.js';
export { reasonOf } from './client/reason-of.js';
export { supersededCode, supersedeInsert } from './client/superseded-inserts.js';
export { WarehouseError } from './client/warehouse-error.js';
export type { WarehouseAddress } from './connection/address.js';
export { checkConnection, connectionFault } from './connection/check-connection.js';
export type { Account, Accounts } from './embedded/accounts.js';
export { readServerAddress, type ServerAddress } from './embedded/address-file.js';
export { readerLimits } from './embedded/rights.js';
export { type EmbeddedServer, type EmbeddedServerOptions, startEmbeddedServer } from './embedded/server.js';
export { isSeen, namesVisitor } from './identity/named-visitor.js';
export { type ImportOptions, type ImportResult, importFile } from './import/import-file.js';
export { ImportRefusal } from './import/import-refusal.js';
export type { Reject } from './import/rejects.js';
export { largeStatements } from './large-statements.js';
export { foldedPath, pagePath } from './page-path.js';
export { readRatesFile } from './rates/read-rates-file.js';
export { type StoredRates, storeRates } from './rates/store-rates.js';
export { type Column, eventColumns, itemsType } from './schema/event-columns.js';
export { isImported } from './schema/imported-segments.js';
export {
	areMartsShown,
	databaseOfReader,
	martsDatabaseOf,
	type PresentTable,
	readTables,
	showMarts,
} from './schema/marts-database.js';
export { MigrationRefusal, migrate } from './schema/migrate.js';
export { type QuarantinedRows, quarantinedRows, restoreRows } from './schema/quarantined-rows.js';
