/** State that the next steps depend on. */
export interface FirstState {
	/** The command as the reader starts it. */
	command: string;
	/** URL of the collector's admin port. */
	adminUrl: string;
	/** Whether there is a settings file, or a project folder. */
	isSetUp: boolean;
}

/** The lines that say what to do after a start. Pure. */
export function nextSteps({ command, adminUrl, isSetUp }: FirstState): string[] {
	const steps = [
		'Paste the tag of "Embed it" into your pages, and open the dashboard: it shows their events within seconds.',
		`Servers send JSON; ${adminUrl}/docs describes it.`,
		...(isSetUp ? [] : [`${command} init writes settings and a folder for goals, funnels and models of your own.`]),
		`${command} --help lists all commands. Ctrl-C stops this one, and keeps the data.`,
	];
	return steps.map((step, i) => `${i === 0 ? 'Next' : ''}`.padEnd(13) + step);
}
