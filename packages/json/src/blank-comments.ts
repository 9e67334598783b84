const stringOrComment = /"(?:[^"\\\n]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;

/**
 * Replaces the comments of a JSON document by spaces, so that what follows keeps its line and column. A comment that
 * does not end stays. Pure.
 */
export const blankComments = (text: string): string =>
	text.replaceAll(stringOrComment, (token) => (token.startsWith('"') ? token : token.replaceAll(/[^\n]/g, ' ')));
