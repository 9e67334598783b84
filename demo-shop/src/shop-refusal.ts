/** The shop or its shoppers cannot start. The message is one line: what is wrong and what to do. */
export class ShopRefusal extends Error {
	override name = 'ShopRefusal';
}
