/**
 * Generation of the models and of the engine's definitions. A published run records it, and a version with a lower one
 * refuses to replace that run, because it does not know what the newer models have stored. It is raised with every
 * change of the models' checksum, which generation.test.ts enforces.
 */
export const generation = 11;
