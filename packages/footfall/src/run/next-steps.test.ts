import { expect, it } from 'vitest';
import { nextSteps } from './next-steps.js';

it('the next steps name the tag, the dashboard, the API and the commands, and init only where it is of use', () => {
	const state = { command: 'npx -y @footfall/cli', adminUrl: 'http://127.0.0.1:7071' };
	expect(nextSteps({ ...state, isSetUp: false })).toEqual([
		'Next         Paste the tag of "Embed it" into your pages, and open the dashboard: it shows their events within seconds.',
		'             Servers send JSON; http://127.0.0.1:7071/docs describes it.',
		'             npx -y @footfall/cli init writes settings and a folder for goals, funnels and models of your own.',
		'             npx -y @footfall/cli --help lists all commands. Ctrl-C stops this one, and keeps the data.',
	]);
	expect(nextSteps({ ...state, isSetUp: true }).join('\n')).not.toContain('init');
});
