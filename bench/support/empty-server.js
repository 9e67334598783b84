// The floor: uWebSockets.js with a handler that does nothing but answer, for the same frames on the same path.
import uws from 'uWebSockets.js';

const ack = '["ack",null,null,"stored"]';
const app = uws.App().ws('/v1/socket', {
	maxPayloadLength: 131_072,
	compression: uws.DISABLED,
	message: (ws) => ws.send(ack),
});
app.listen('127.0.0.1', 0, (token) => {
	process.stdout.write(`${JSON.stringify({ publicUrl: `http://127.0.0.1:${uws.us_socket_local_port(token)}` })}\n`);
});
