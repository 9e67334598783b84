#!/usr/bin/env node
import { currentPlatform, platformFault } from '@footfall/warehouse/platform';
import { runCommandLine } from './cli.js';
import { complain } from './complain.js';
import { exitCodes } from './exit-code.js';

const words = process.argv.slice(2);
const hasOwnServer = Boolean(process.env.CLICKHOUSE_URL) || words.some((word) => word.startsWith('--clickhouse-url'));
const fault = hasOwnServer ? undefined : platformFault(currentPlatform());
if (fault) complain(fault);
process.exitCode = fault ? exitCodes.refused : await runCommandLine(words);
