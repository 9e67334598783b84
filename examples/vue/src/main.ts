import { init } from '@footfall/tracker';
import { createApp } from 'vue';
import App from './App.vue';
import { router } from './router.ts';

init({ site: 'shop', collector: import.meta.env.VITE_FOOTFALL_COLLECTOR, capture: 'view click engaged error vital' });

createApp(App).use(router).mount('#app');
