export type { HttpReply, HttpRequest } from './message.js';
export { type HttpServer, startHttpServer } from './start-http-server.js';
