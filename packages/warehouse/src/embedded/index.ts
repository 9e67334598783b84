// Checks of whether an embedded server runs on this machine. Importing this loads native code, as does the library.
export { loadEngineLibrary } from './engine-library.js';
export { confinementSupport } from './landlock.js';
