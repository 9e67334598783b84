/** What a fault is told to; a pino logger fits. */
export interface Logger {
	warn(fields: object, message: string): void;
	error(fields: object, message: string): void;
}
