/** Which numbers each part draws from one seed, so that nobody's draws shift another's. */
export const streams = { kills: 0, connections: 1, pages: 2, crowd: 3 } as const;
