/** Every view of `src/contract/views.ts`, under its name. */
export { acquisition } from './acquisition.js';
export { activity } from './activity.js';
export { audience } from './audience.js';
export { experiments } from './defined/experiments.js';
export { funnels } from './defined/funnels.js';
export { goals } from './defined/goals.js';
export { durations } from './durations.js';
export { events } from './events.js';
export { live } from './live.js';
export { orders } from './orders.js';
export { overview } from './overview.js';
export { pages } from './pages.js';
export { paths } from './paths.js';
export { retention } from './retention.js';
export { shop } from './shop.js';
export { vitals } from './vitals.js';
