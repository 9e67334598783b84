export type { WarehouseAddress } from './address.js';
export { checkConnection } from './check-connection.js';
export { type AnswerOptions, connect, type StatementOptions, type Warehouse } from './client.js';
export type { Account, Accounts } from './embedded/accounts.js';
export { readServerAddress, type ServerAddress } from './embedded/address-file.js';
export { readerLimits } from './embedded/rights.js';
export { type EmbeddedServer, type EmbeddedServerOptions, startEmbeddedServer } from './embedded/server.js';
export { type Column, eventColumns, itemsType } from './event-columns.js';
export { isSeen, namesVisitor } from './identity/named-visitor.js';
export { type ImportOptions, type ImportResult, importFile } from './import/import-file.js';
export { ImportRefusal } from './import/import-refusal.js';
export type { Reject } from './import/rejects.js';
export { isImported } from './imported-segments.js';
export { largeStatements } from './large-statements.js';
export { literal } from './literal.js';
export {
	areMartsShown,
	databaseOfReader,
	martsDatabaseOf,
	type PresentTable,
	readTables,
	showMarts,
} from './marts-database.js';
export { MigrationRefusal, migrate } from './migrate.js';
export { foldedPath, pagePath } from './page-path.js';
export { type QuarantinedRows, quarantinedRows, restoreRows } from './quarantined-rows.js';
export { readRatesFile } from './rates/read-rates-file.js';
export { type StoredRates, storeRates } from './rates/store-rates.js';
export { reasonOf } from './reason-of.js';
export { supersededCode, supersedeInsert } from './superseded-inserts.js';
export { WarehouseError } from './warehouse-error.js';
