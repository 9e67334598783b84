import mixpanel from 'mixpanel-browser/src/loaders/loader-module-core';

window.start = (collector) =>
	mixpanel.init('shop', { api_host: collector, persistence: 'localStorage', track_pageview: false, ignore_dnt: true });
window.track = (name, id) => mixpanel.track(name, { id });
