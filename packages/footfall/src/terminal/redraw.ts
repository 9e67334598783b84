/** Prints lines: on a terminal over the lines printed before, elsewhere below them. */
export function redraw(print: (line: string) => void, terminal: boolean): (lines: readonly string[]) => void {
	let drawnLines = 0;
	return (lines) => {
		const up = terminal && drawnLines > 0 ? `\u001b[${drawnLines}F\u001b[J` : '';
		print(up + lines.join('\n'));
		drawnLines = lines.length;
	};
}
