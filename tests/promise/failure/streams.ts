/** The random stream of each part, so that the draws of one part do not shift those of another. */
export const streams = { kills: 0, connections: 1, pages: 2, crowd: 3, orders: 4 } as const;
