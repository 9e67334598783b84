#!/usr/bin/env node
import { listenForSignals } from './terminal/signals.js';

// Before the other modules are loaded, which takes up to a second on a loaded machine: until then, Node lets a signal
// end the process, also a SIGHUP that nohup has set to be ignored.
const signal = listenForSignals();
const { runCommandLine } = await import('./cli.js');

process.exitCode = await runCommandLine(process.argv.slice(2), signal);
// When nothing keeps the process alive any more, Node removes its signal listeners, and then frees its memory, which
// takes milliseconds. A signal in that time, such as the second SIGHUP of a closed terminal, would end the process and
// replace its exit code. An exit from within the last listener leaves the listeners of signals in place.
process.on('exit', () => process.exit());
