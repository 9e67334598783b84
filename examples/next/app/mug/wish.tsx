'use client';
import { track } from '@footfall/tracker';

export const Wish = () => (
	<button type="button" onClick={() => track('wish', { productId: 1 })}>
		Add to the wish list
	</button>
);
