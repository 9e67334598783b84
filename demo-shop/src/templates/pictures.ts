import type { Product } from '../products.js';

const strokes = 'fill="none" stroke="currentColor" stroke-width="5" stroke-linecap="round" stroke-linejoin="round"';

/**
 * Drawings of the products. Their colours are in the style sheet (`--metal`, `--paper`, `--accent`) for both themes.
 */
const drawings: Readonly<Record<Product['id'], string>> = {
	1: `<path class="metal" d="M70 92h66l14 74a8 8 0 0 1-8 10H64a8 8 0 0 1-8-10z"/>
		<path ${strokes} d="M58 158C22 150 46 104 26 84l-8-4"/>
		<path ${strokes} d="M140 104c38-14 48 44 10 54"/>
		<path class="shade" d="M64 122h78l3 16H61z"/>
		<path ${strokes} d="M76 92c2-16 52-16 54 0"/><circle class="accent" cx="103" cy="72" r="8"/>`,
	2: `<path class="paper" d="M42 66h116l-42 92a10 10 0 0 1-9 6H93a10 10 0 0 1-9-6z"/>
		<path class="paper front" d="M32 54h116l-42 92a10 10 0 0 1-9 6H83a10 10 0 0 1-9-6z"/>
		<path ${strokes} stroke-dasharray="1 11" d="M52 70l34 72"/>
		<path ${strokes} d="M32 54h116"/>`,
	3: `<path class="metal" d="M72 78h62l14 72H58z"/>
		<path ${strokes} d="M60 138C26 132 48 92 28 74l-8-4"/>
		<path ${strokes} d="M138 90c38-12 46 38 8 48"/>
		<path ${strokes} d="M78 78c2-14 48-14 50 0"/><circle class="accent" cx="103" cy="60" r="7"/>
		<rect class="shade" x="48" y="154" width="110" height="26" rx="8"/>
		<circle class="accent" cx="68" cy="167" r="5"/><path ${strokes} d="M92 167h46"/>`,
	4: `<path class="paper front" d="M48 74h104l-36 84c-6 14-26 14-32 0z"/>
		<ellipse ${strokes} cx="100" cy="74" rx="54" ry="15"/>
		<path ${strokes} d="M154 74h26"/><circle class="accent" cx="184" cy="74" r="7"/>
		<path class="weave" d="M64 96l70 34M60 112l56 40M138 96l-66 38M140 114l-52 38"/>`,
};

/** The picture of a product. It is decorative, since the name of the product is always beside it. */
export function picture({ id }: Pick<Product, 'id'>): string {
	return `<svg class="picture" viewBox="0 0 200 200" aria-hidden="true" focusable="false">
		<circle class="plate" cx="100" cy="112" r="84"/>
		${drawings[id]}
	</svg>`;
}
