import type { Settings } from '../settings/options.js';
import type { Origin } from '../settings/read-settings.js';

/** The format of a command's output, undefined if none is given for this command, or the fault of the flag. */
export type FormatResult<Format> = { ok: true; format: Format | undefined } | { ok: false; fault: string };

/**
 * Chooses the value of `--format` for a command. A variable or a settings file may hold the format of another command,
 * which is ignored. Pure.
 *
 * @param command name of the command, for the fault
 */
export function formatOf<Format extends NonNullable<Settings<'format'>['format']>>(
	command: string,
	format: Settings<'format'>['format'],
	origin: Origin,
	accepted: readonly Format[],
): FormatResult<Format> {
	const own = accepted.find((one) => one === format);
	if (own === undefined && origin === 'flag')
		return { ok: false, fault: `${command} has no format ${format}; use ${accepted.join(', ')}` };
	return { ok: true, format: own };
}
