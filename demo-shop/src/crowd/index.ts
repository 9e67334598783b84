export { type CrowdBatch, type CrowdEvent, type CrowdPage, crowdCurrency, type Emit } from './batch.js';
export { Crowd, memoryDaysOf } from './crowd.js';
export { dayMs } from './day-clock.js';
export { receipts } from './deliveries.js';
export { type DeviceProfile, deviceProfiles } from './device-profiles.js';
export { type CrowdOptions, crowdDefaults } from './options.js';
export { drawPerson, ownRandom, type Person } from './person.js';
export type { Place } from './places.js';
export { Visit } from './visit.js';
