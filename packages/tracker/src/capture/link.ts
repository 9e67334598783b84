const files = /\.(csv|docx?|dmg|epub|exe|gz|mp[34]|msi|pdf|pptx?|rar|txt|xlsx?|zip)$/i;

/** The link that a path leads through. */
export const linkOf = (path: readonly EventTarget[]) =>
	path.find(({ localName }: Partial<Element>) => localName === 'a') as HTMLAnchorElement | undefined;

/** What following a link is, when it leaves the site or fetches a file. */
export function linkEvent(link: HTMLAnchorElement): string | false {
	if (!/^http/.test(link.protocol)) return false;
	if (link.hasAttribute('download') || files.test(link.pathname)) return 'download';
	return link.host !== location.host && 'outbound';
}
