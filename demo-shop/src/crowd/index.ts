export { type CrowdBatch, type CrowdEvent, type CrowdPage, crowdCurrency, type Emit } from './batch.js';
export { Crowd } from './crowd.js';
export { dayMs } from './day-clock.js';
export { receipts } from './deliveries.js';
export { type DeviceProfile, deviceProfiles } from './device-profiles.js';
export { type CrowdOptions, crowdDefaults } from './options.js';
export type { Person, Visitor } from './person.js';
export { places } from './places.js';
