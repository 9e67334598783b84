// Decisions on how a collector runs on a machine. Importing this loads no native code.
export { chooseEngine, fallbackMessage, type HttpEngine } from './accept/transport/choose-engine.js';
export { logLevelOf, withinDescriptors } from './accept/transport/descriptors.js';
export { collectorDefaults } from './options.js';
