import { csvOf } from './csv.js';
import type { Table } from './table.js';

/** Hands a file to the browser's downloads. */
function save(name: string, content: Blob): void {
	const url = URL.createObjectURL(content);
	const link = document.createElement('a');
	link.href = url;
	link.download = name;
	link.click();
	URL.revokeObjectURL(url);
}

export function saveCsv(name: string, table: Table): void {
	// Spreadsheets take a file for UTF-8 only when it says so.
	save(`${name}.csv`, new Blob(['\ufeff', csvOf(table)], { type: 'text/csv;charset=utf-8' }));
}

/** How sharp a picture is: pixels for each of the page's. */
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

/** Saves a chart as it looks now, in the colours of the theme. */
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
	// A canvas knows no light-dark(): the colour as it came out.
	context.fillStyle = getComputedStyle(chart.closest('.card') ?? document.body).backgroundColor;
	context.fillRect(0, 0, canvas.width, canvas.height);
	context.scale(pixelRatio, pixelRatio);
	context.drawImage(image, 0, 0, width, height);
	const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
	if (blob) save(`${name}.png`, blob);
}

/** A picture knows nothing of the page's style sheet, so every element carries what it looks like. */
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
