import { type LibraryName, library } from './libraries.js';

/** Pages of a small shop, with the title and the kind of page that each has once it is rendered. */
export const shopPages: Record<string, [title: string, kind: string]> = {
	'/': ['Shoes', 'home'],
	'/mug': ['Mug', 'product'],
	'/cart': ['Cart', 'cart'],
};

/** The shop, built with a library of others. */
export interface Application {
	library: LibraryName;
	/** Its code where the browser renders the pages, or undefined where the server does. */
	code?: string;
	/** Attributes of the links, by which the library follows them. */
	linkAttributes?: string;
}

const client = `const pages = ${JSON.stringify(shopPages)};
const links = Object.keys(pages).map((path) => [pages[path][1], path]);
const go = (path) => history.pushState(null, '', path);`;

const react = `${client}
const e = React.createElement;
function App() {
	const [path, setPath] = React.useState(location.pathname);
	const [title, kind] = pages[path];
	React.useEffect(() => {
		const show = () => setPath(location.pathname);
		addEventListener('popstate', show);
		return () => removeEventListener('popstate', show);
	}, []);
	React.useEffect(() => { document.title = title; }, [title]);
	const follow = (event, to) => { event.preventDefault(); go(to); setPath(to); };
	return e('main', { 'data-ff-page': kind }, e('h1', null, title),
		links.map(([id, to]) => e('a', { key: id, id, href: to, onClick: (event) => follow(event, to) }, id)));
}
ReactDOM.createRoot(document.getElementById('root')).render(e(App));`;

const vue = `${client}
Vue.createApp({
	data: () => ({ path: location.pathname, links }),
	computed: { title() { return pages[this.path][0]; }, kind() { return pages[this.path][1]; } },
	watch: { title: { immediate: true, handler(title) { document.title = title; } } },
	methods: { follow(to) { go(to); this.path = to; } },
	mounted() { addEventListener('popstate', () => { this.path = location.pathname; }); },
	template: '<main :data-ff-page="kind"><h1>{{ title }}</h1><a v-for="[id, to] in links" :key="id" :id="id" :href="to" @click.prevent="follow(to)">{{ id }}</a></main>',
}).mount('#root');`;

/** An application that runs in a zone of its own, as one of Angular does, and renders after a promise. */
const zone = `${client}
Zone.current.fork({ name: 'application' }).run(() => {
	const render = async () => {
		const [title, kind] = await Promise.resolve(pages[location.pathname]);
		document.title = title;
		root.innerHTML = '<main data-ff-page="' + kind + '"><h1>' + title + '</h1>' +
			links.map(([id, to]) => '<a id="' + id + '" href="' + to + '">' + id + '</a>').join(' ') + '</main>';
	};
	addEventListener('popstate', render);
	root.addEventListener('click', (event) => {
		event.preventDefault();
		go(event.target.getAttribute('href'));
		render();
	});
	render();
});`;

export const applications: Application[] = [
	{ library: 'React 18', code: react },
	{ library: 'React 19', code: react },
	{ library: 'Vue 3', code: vue },
	{ library: 'zone.js', code: zone },
	{ library: 'Turbo 8' },
	{ library: 'htmx 2', linkAttributes: 'hx-boost="true"' },
	{ library: 'htmx 4', linkAttributes: 'hx-boost="true"' },
	{ library: 'Prototype 1.7' },
];

/** Returns the scripts that the application's pages load, by their paths. */
export const scriptsOf = ({ library: name, code = '' }: Application): Record<string, string> => ({
	'/library.js': library(name),
	'/application.js': code,
});

/**
 * Returns a page as the server sends it. Where the browser renders, it is the same for every path.
 *
 * @param tag script tag of the tracker
 */
export function applicationPage({ code, linkAttributes = '' }: Application, path: string, tag: string): string {
	const [title, kind] = shopPages[path] ?? shopPages['/'] ?? ['', ''];
	const links = Object.entries(shopPages).map(
		([to, [, id]]) => `<a id="${id}" href="${to}" ${linkAttributes}>${id}</a>`,
	);
	const body = code
		? '<div id="root"></div><script type="module" src="/application.js"></script>'
		: `<main data-ff-page="${kind}"><h1>${title}</h1>${links.join(' ')}</main>`;
	return `<!doctype html><html lang="en"><head><title>${code ? 'Loading' : title}</title>
<script src="/library.js"></script>${tag}</head><body>${body}</body></html>`;
}
