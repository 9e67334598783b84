export { arbitraryCondition, arbitraryEvent, hostileTexts } from './arbitrary.js';
