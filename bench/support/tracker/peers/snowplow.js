import { newTracker, trackStructEvent } from '@snowplow/browser-tracker';

window.start = (collector) => newTracker('shop', collector, { appId: 'shop', eventMethod: 'post' });
window.track = (name, id) => trackStructEvent({ category: 'shop', action: name, label: id });
