const files = /\.(csv|docx?|dmg|epub|exe|gz|mp[34]|msi|pdf|pptx?|rar|txt|xlsx?|zip)$/i;

/** The link that a path leads through. */
export const linkOf = (path: readonly EventTarget[]) =>
	path.find((target) => (target as Element).localName === 'a') as HTMLAnchorElement | undefined;

/** What following a link is, when it leaves the site or fetches a file. */
export const linkEvent = (link: HTMLAnchorElement) =>
	/^http/.test(link.protocol) &&
	(link.hasAttribute('download') || files.test(link.pathname) ? 'download' : link.host !== location.host && 'outbound');
