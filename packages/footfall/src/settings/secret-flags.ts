import { hideSecret } from './hide-secret.js';
import type { Option } from './options.js';

/** A flag as it was given. */
export interface GivenFlag {
	option: Option;
	text: string;
}

/**
 * One warning for each flag that shows a secret to all users of the machine, who can list the command lines of its
 * processes. Pure.
 */
export function secretFlagWarnings(given: readonly GivenFlag[]): string[] {
	const showing = given.flatMap(({ option, text }) =>
		option.secret !== undefined && hideSecret(option.secret, text) !== text ? [option] : [],
	);
	return [...new Set(showing)].map(({ flag, variable, secret }) => {
		const what = secret === 'all' ? 'its value' : 'the password in it';
		return `--${flag}: all users of this machine can see ${what} in the list of processes; give it as ${variable} or as "${flag}" in a settings file`;
	});
}
