export { arbitraryCondition, arbitraryEvent, hostileTexts } from './arbitrary.js';
export { largestFile } from './largest-file.js';
