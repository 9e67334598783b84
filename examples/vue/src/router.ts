import { createRouter, createWebHistory } from 'vue-router';
import HomePage from './HomePage.vue';
import MugPage from './MugPage.vue';

export const router = createRouter({
	history: createWebHistory(),
	routes: [
		{ path: '/', component: HomePage, meta: { title: 'A small shop' } },
		{ path: '/mug', component: MugPage, meta: { title: 'A mug' } },
	],
});

router.afterEach(({ meta }) => {
	document.title = String(meta.title);
});
