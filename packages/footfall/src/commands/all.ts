import type { Command } from '../command.js';
import { collectorCommand } from './collector.js';
import { dashboardCommand } from './dashboard.js';
import { demo } from './demo.js';
import { importCommand } from './import.js';
import { migrateCommand } from './migrate.js';
import { settingsCommand } from './settings.js';
import { shopCommand } from './shop.js';
import { simulateCommand } from './simulate.js';
import { transformsCommand } from './transforms.js';
import { up } from './up.js';

/** Every verb, in the order of the help and of the README's table. */
export const commands: readonly Command[] = [
	up,
	demo,
	simulateCommand,
	importCommand,
	migrateCommand,
	transformsCommand,
	dashboardCommand,
	collectorCommand,
	shopCommand,
	settingsCommand,
];
