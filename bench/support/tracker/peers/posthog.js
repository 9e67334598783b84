import posthog from 'posthog-js';

window.start = (collector) =>
	posthog.init('phc_shop', {
		api_host: collector,
		autocapture: false,
		capture_pageview: false,
		capture_pageleave: false,
		disable_session_recording: true,
		disable_surveys: true,
		disable_external_dependency_loading: true,
		advanced_disable_flags: true,
		opt_out_useragent_filter: true,
	});
window.track = (name, id) => posthog.capture(name, { id });
