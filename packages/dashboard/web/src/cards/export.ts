import { csvOf } from './csv.js';
import type { Table } from './table.js';

/** Starts a download of a file. */
function save(name: string, content: Blob): void {
	const url = URL.createObjectURL(content);
	const link = document.createElement('a');
	link.href = url;
	link.download = name;
	link.click();
	URL.revokeObjectURL(url);
}

export function saveCsv(name: string, table: Table): void {
	// Spreadsheets recognise UTF-8 by the byte order mark only.
	save(`${name}.csv`, new Blob(['\ufeff', csvOf(table)], { type: 'text/csv;charset=utf-8' }));
}

/** Resolution of a picture: pixels for each CSS pixel of the page. */
const pixelRatio = 2;
const drawn = [
	'fill',
	'fill-opacity',
	'stroke',
	'stroke-opacity',
	'stroke-width',
	'stroke-dasharray',
	'opacity',
	'font-size',
	'font-weight',
	'font-family',
];

/** Saves a chart as it is displayed, in the colours of the theme. */
export async function savePng(name: string, chart: SVGSVGElement): Promise<void> {
	const { width, height } = chart.getBoundingClientRect();
	const source = new XMLSerializer().serializeToString(withOwnStyles(chart));
	const image = new Image();
	image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(source)}`;
	await image.decode();
	const canvas = document.createElement('canvas');
	canvas.width = width * pixelRatio;
	canvas.height = height * pixelRatio;
	const context = canvas.getContext('2d');
	if (!context) return;
	// A canvas does not support light-dark(), so the computed colour is used.
	context.fillStyle = getComputedStyle(chart.closest('.card') ?? document.body).backgroundColor;
	context.fillRect(0, 0, canvas.width, canvas.height);
	context.scale(pixelRatio, pixelRatio);
	context.drawImage(image, 0, 0, width, height);
	const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
	if (blob) save(`${name}.png`, blob);
}

/** Copies a chart with its computed styles inline, since an image does not see the style sheet of the page. */
function withOwnStyles(chart: SVGSVGElement): SVGSVGElement {
	const copy = chart.cloneNode(true) as SVGSVGElement;
	copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
	const originals = [chart, ...chart.querySelectorAll('*')];
	for (const [at, element] of [copy, ...copy.querySelectorAll('*')].entries()) {
		const style = getComputedStyle(originals[at] as Element);
		for (const property of drawn) (element as SVGElement).style.setProperty(property, style.getPropertyValue(property));
	}
	return copy;
}
