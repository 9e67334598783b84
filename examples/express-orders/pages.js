/** The page of the product. Its form sends the visitor's number along, so that the order belongs to the visit. */
export const productPage = (collector) =>
	page(
		collector,
		'A mug',
		'data-ff-page="product" data-ff-product-id="1" data-ff-amount="12.50" data-ff-currency="EUR"',
		`<form method="post" action="/orders">
<input type="hidden" name="visitor">
<button data-ff-click="checkout" data-ff-amount="12.50">Buy</button>
</form>
<script>
document.querySelector('form').addEventListener('submit', ({ target }) => {
	target.elements.visitor.value = window.footfall?.visitor() ?? '';
});
</script>`,
	);

export const thanksPage = (collector) => page(collector, 'Thank you', 'data-ff-page="thanks"', '<a href="/">Home</a>');

const page = (collector, title, attributes, content) => `<!doctype html>
<html lang="en">
<title>${title}</title>
<script defer src="${collector}/footfall.js" data-site="shop" data-capture="view click"></script>
<body ${attributes}>
<h1>${title}</h1>
${content}
</body>
</html>
`;
