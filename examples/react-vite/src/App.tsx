import { track } from '@footfall/tracker';
import { BrowserRouter, Link, Route, Routes } from 'react-router';

const Home = () => (
	<main data-ff-page="home">
		<title>A small shop</title>
		<Link to="/mug">A mug</Link>
	</main>
);

const Mug = () => (
	<main data-ff-page="product" data-ff-product-id="1" data-ff-amount="12.50" data-ff-currency="EUR">
		<title>A mug</title>
		<button type="button" data-ff-click="add_to_cart" data-ff-product-id="1" data-ff-amount="12.50">
			Add to cart
		</button>
		<button type="button" onClick={() => track('wish', { productId: 1 })}>
			Add to the wish list
		</button>
	</main>
);

export const App = () => (
	<BrowserRouter>
		<Routes>
			<Route path="/" element={<Home />} />
			<Route path="/mug" element={<Mug />} />
		</Routes>
	</BrowserRouter>
);
