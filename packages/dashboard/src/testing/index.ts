export { fillHistory } from './shop-history.js';
export { variedDefinitions } from './varied-shop/definitions.js';
export { addVariety, eventsPerVariedVisitor } from './varied-shop/history.js';
export { type ViewRequest, viewRequests } from './varied-shop/view-requests.js';
