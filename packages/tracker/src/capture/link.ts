const files = /\.(csv|docx?|dmg|epub|exe|gz|mp[34]|msi|pdf|pptx?|rar|txt|xlsx?|zip)$/i;

/** Returns the link in a path, or `undefined`. */
export const linkOf = (path: readonly EventTarget[]) =>
	path.find((target) => (target as Element).localName === 'a') as HTMLAnchorElement | undefined;

/** Returns the event of following a link: a download, a link to another host, or `false` for neither. */
export const linkEvent = (link: HTMLAnchorElement) =>
	/^http/.test(link.protocol) &&
	(link.hasAttribute('download') || files.test(link.pathname) ? 'download' : link.host !== location.host && 'outbound');
