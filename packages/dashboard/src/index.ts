export type { MartsLag } from './api/marts-lag.js';
export { type Dashboard, type DashboardOptions, startDashboard } from './dashboard.js';
