import { isMasked } from './declared.js';

const files = /\.(csv|docx?|dmg|epub|exe|gz|mp[34]|msi|pdf|pptx?|rar|txt|xlsx?|zip)$/i;

/** What a followed link is, when it leaves the site or fetches a file, and where it leads. */
export function linkEvent(path: readonly EventTarget[]): [name: string, to: string] | undefined {
	const link = path.find(({ localName }: Partial<Element>) => localName === 'a') as HTMLAnchorElement | undefined;
	if (!link || !/^http/.test(link.protocol)) return undefined;
	const { host, pathname, origin } = link;
	const name =
		link.hasAttribute('download') || files.test(pathname) ? 'download' : host !== location.host && 'outbound';
	// Without parameters, which may say who follows it.
	return name ? [name, isMasked(path) ? '' : origin + pathname] : undefined;
}
