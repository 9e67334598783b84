import { init } from '@footfall/tracker';

init({
	site: 'shop',
	collector: process.env.NEXT_PUBLIC_FOOTFALL_COLLECTOR ?? 'http://127.0.0.1:7070',
	capture: 'view click engaged error vital',
});
