import type { Metadata } from 'next';
import { Wish } from './wish';

export const metadata: Metadata = { title: 'A mug' };

export default function Mug() {
	return (
		<main data-ff-page="product" data-ff-product-id="1" data-ff-amount="12.50" data-ff-currency="EUR">
			<button type="button" data-ff-click="add_to_cart" data-ff-product-id="1" data-ff-amount="12.50">
				Add to cart
			</button>
			<Wish />
		</main>
	);
}
