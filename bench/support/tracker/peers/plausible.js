import { init, track } from '@plausible-analytics/tracker';

window.start = (collector) =>
	init({
		domain: 'shop.example',
		endpoint: `${collector}/api/event`,
		captureOnLocalhost: true,
		autoCapturePageviews: false,
	});
window.track = (name, id) => track(name, { props: { id } });
// It ignores events of automated browsers.
window.__plausible = true;
