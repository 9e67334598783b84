/** The part of a pino logger that the dashboard uses. */
export interface Logger {
	warn(fields: object, message: string): void;
	error(fields: object, message: string): void;
}
