#!/usr/bin/env node
import { listenForSignals } from './terminal/signals.js';

// Before the other modules are loaded, which takes up to a second on a loaded machine: until then, Node lets a signal
// end the process, also a SIGHUP that nohup has set to be ignored.
const signal = listenForSignals();
const { runCommandLine } = await import('./cli.js');

process.exitCode = await runCommandLine(process.argv.slice(2), signal);
