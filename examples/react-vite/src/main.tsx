import { init } from '@footfall/tracker';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';

init({ site: 'shop', collector: import.meta.env.VITE_FOOTFALL_COLLECTOR, capture: 'view click engaged error vital' });

const root = document.querySelector('#root');
if (root) {
	createRoot(root).render(
		<StrictMode>
			<App />
		</StrictMode>,
	);
}
