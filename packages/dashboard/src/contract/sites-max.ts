/** Maximum number of sites that the API lists: as many rows as a query may have. */
export const sitesMax = 5_000;
