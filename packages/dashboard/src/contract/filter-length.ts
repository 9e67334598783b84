/** Maximum length of the value of a filter, characters: that of the longest text in the marts. */
export const filterCharactersMax = 500;
