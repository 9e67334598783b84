import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A migration: a numbered SQL file. */
export interface MigrationFile {
	/** File name without `.sql`: `0001_create_events`. */
	name: string;
	/** SHA-256 of the file, hexadecimal. */
	checksum: string;
	statements: string[];
}

/** The migrations of this package. The path is the same from the sources and from the built files. */
export const migrationsDirectory = fileURLToPath(new URL('../../migrations/', import.meta.url));

/** Reads the migrations of a folder, in the order of their numbers. */
export function readMigrations(directory: string): MigrationFile[] {
	return readdirSync(directory)
		.filter((file) => /^\d{4}_\w+\.sql$/.test(file))
		.sort()
		.map((file) => {
			// A checkout on another system may have other line endings, which must not count as an edit.
			const text = readFileSync(join(directory, file), 'utf8').replaceAll('\r\n', '\n');
			return {
				name: file.slice(0, -'.sql'.length),
				checksum: createHash('sha256').update(text).digest('hex'),
				statements: splitStatements(text),
			};
		});
}

/**
 * Splits a migration into statements. A statement ends with a semicolon at the end of a line; every migration follows
 * this convention, so no SQL parser is needed.
 */
export function splitStatements(text: string): string[] {
	return text
		.replaceAll(/^--.*$/gm, '')
		.split(/;[ \t]*$/m)
		.map((statement) => statement.trim())
		.filter((statement) => statement !== '');
}
