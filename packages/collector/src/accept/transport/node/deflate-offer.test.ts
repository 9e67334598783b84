import { expect, it } from 'vitest';
import { deflateOffer } from './deflate-offer.js';

const tail = 'server_no_context_takeover';

it.each([
	['', undefined],
	['x-webkit-deflate-frame', undefined],
	['permessage-deflate; client_max_window_bits', `permessage-deflate; client_max_window_bits=12; ${tail}`],
	['x, PerMessage-Deflate;client_max_window_bits=15', `permessage-deflate; client_max_window_bits=12; ${tail}`],
	['permessage-deflate; client_max_window_bits="9"', `permessage-deflate; client_max_window_bits=9; ${tail}`],
	['permessage-deflate', `permessage-deflate; client_no_context_takeover; ${tail}`],
	[
		'permessage-deflate; client_no_context_takeover; client_max_window_bits',
		`permessage-deflate; client_max_window_bits=12; client_no_context_takeover; ${tail}`,
	],
	[
		'permessage-deflate; client_max_window_bits, permessage-deflate',
		`permessage-deflate; client_max_window_bits=12; ${tail}`,
	],
])('the offer %j is accepted as %j', (offered, accepted) => {
	expect(deflateOffer(offered)).toBe(accepted);
});
