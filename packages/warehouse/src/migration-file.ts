import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A numbered SQL file. */
export interface MigrationFile {
	/** File name without `.sql`: `0001_create_events`. */
	name: string;
	/** Hex SHA-256 of the file. */
	checksum: string;
	statements: string[];
}

/** The package's own folder; the same from sources and from built files. */
export const migrationsDirectory = fileURLToPath(new URL('../migrations/', import.meta.url));

/** The files of a folder in the order of their numbers. */
export function readMigrations(directory: string): MigrationFile[] {
	return readdirSync(directory)
		.filter((file) => /^\d{4}_\w+\.sql$/.test(file))
		.sort()
		.map((file) => {
			// A checkout on another system may have other line ends; that is no edit.
			const text = readFileSync(join(directory, file), 'utf8').replaceAll('\r\n', '\n');
			return {
				name: file.slice(0, -'.sql'.length),
				checksum: createHash('sha256').update(text).digest('hex'),
				statements: splitStatements(text),
			};
		});
}

/** Statements end with a semicolon at the end of a line. Our files keep to that, so no SQL parser is needed. */
export function splitStatements(text: string): string[] {
	return text
		.replaceAll(/^--.*$/gm, '')
		.split(/;[ \t]*$/m)
		.map((statement) => statement.trim())
		.filter((statement) => statement !== '');
}
