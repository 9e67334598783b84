// Calls of the C library, which Node does not offer. Importing this loads native code, which `@footfall/host` does not.
export { type DirectoryOwnership, DirectoryRefusal, mayBeOwned, ownDirectory } from './directory-ownership.js';
export { endWithParent } from './end-with-parent.js';
export { isLocked } from './file-lock.js';
export { bindSharedPort } from './shared-port.js';
