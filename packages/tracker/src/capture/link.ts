import { page } from '../browser.js';

const files = /\.(csv|(doc|ppt|xls)x?|dmg|epub|exe|gz|mp[34]|msi|pdf|rar|txt|zip)$/i;

/** A link of a page, of an image map, or of an SVG image, whose address is an object. */
type Link = HTMLAnchorElement | HTMLAreaElement | SVGAElement;

/**
 * Returns the event of following the link in a path, if it is a download or leads to another host, and the address
 * without parameters, which may identify the visitor. A file that the page makes has no address, so its name takes that
 * place.
 */
export function linkEvent(path: readonly EventTarget[]): ['download' | 'outbound' | '', string?] {
	const link = path.find((target) => /^a(rea)?$/.test((target as Element).localName)) as Link | undefined;
	const href = (link?.href ?? '') as string & Partial<SVGAnimatedString>;
	const address = href.baseVal == null ? href : new page.URL(href.baseVal, (link as Link).baseURI).href;
	const file = link?.getAttribute('download');
	// The expression matches every text, but its groups only an address of the web.
	const groups = /^(https?:..([^/?#]*)[^?#]*)?/.exec(address) as RegExpExecArray;
	const [, followed = file ?? '', host = location.host] = groups;
	const isDownload = address && (file != null || files.test(followed));
	return [isDownload ? 'download' : host === location.host ? '' : 'outbound', followed];
}
