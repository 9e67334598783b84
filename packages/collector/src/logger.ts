/** Where the collector tells what a person should know; a pino logger fits. Nothing is logged per event or batch. */
export interface Logger {
	info(fields: object, message: string): void;
	warn(fields: object, message: string): void;
	error(fields: object, message: string): void;
}
