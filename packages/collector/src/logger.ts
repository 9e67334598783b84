/** The logger of the collector; a pino logger is compatible. Nothing is logged per event or batch. */
export interface Logger {
	info(fields: object, message: string): void;
	warn(fields: object, message: string): void;
	error(fields: object, message: string): void;
}
