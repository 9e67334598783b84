export type { MartsLag } from './api/marts-lag.js';
export { checkToken, type Dashboard, type DashboardOptions, startDashboard } from './dashboard.js';
