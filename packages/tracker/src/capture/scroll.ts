let deepest = 0;

function see(): void {
	const { scrollHeight } = document.documentElement;
	deepest = Math.max(deepest, Math.min(100, Math.round((100 * (scrollY + innerHeight)) / scrollHeight)));
}

export const watchScroll = () => addEventListener('scroll', see);

/** How much of the page has been seen since the last call, percent of its height. */
export function scrolled(): number {
	see();
	const seen = deepest;
	deepest = 0;
	return seen;
}
