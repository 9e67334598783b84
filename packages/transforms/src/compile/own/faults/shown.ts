const lengthMax = 60;

/** A text of a file as a fault quotes it. Pure. */
export const shown = (text: string): string => (text.length > lengthMax ? `${text.slice(0, lengthMax)}…` : text);
