import { hideSecret } from './hide-secret.js';
import { type Option, variableOf } from './options.js';

/** A flag of the command line, with its value. */
export interface GivenFlag {
	option: Option;
	text: string;
}

/**
 * One warning for each flag that exposes a secret: all users of a machine can list the command lines of its processes.
 * Pure.
 */
export function secretFlagWarnings(given: readonly GivenFlag[]): string[] {
	const showing = given.flatMap(({ option, text }) =>
		option.secret !== undefined && hideSecret(option.secret, text) !== text ? [option] : [],
	);
	return [...new Set(showing)].map((option) => {
		const { flag } = option;
		const what = { all: 'its value', password: 'the password in it', keys: 'the keys in it' }[option.secret ?? 'all'];
		return `--${flag}: all users of this machine can see ${what} in the process list; give it as ${variableOf(option)} or as "${flag}" in a settings file`;
	});
}
