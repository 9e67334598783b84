export { createRandom, type Random } from './create-random.js';
export { Draws } from './draws.js';
