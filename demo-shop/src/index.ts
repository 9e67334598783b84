export {
	type ServerEvent,
	ServerReports,
	type ServerReportsOptions,
} from './orders/server-reports.js';
export { type Product, products } from './products.js';
export { type Shop, type ShopOptions, startShop } from './shop.js';
export { type Shoppers, type ShoppersOptions, startShoppers } from './shoppers/browsers.js';
export { launchChromium } from './shoppers/chromium.js';
export type { RecordedEvent } from './shoppers/page-record.js';
