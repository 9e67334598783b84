import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';

/** Starts a proxy that terminates TLS with a self-signed certificate and forwards the bytes to a collector. */
export async function startTlsProxy(target: string): Promise<{ url: string; stop: () => void }> {
	const open = new Set<TLSSocket>();
	const server = createServer(selfSignedCertificate(), (socket) => {
		const inner = connect(Number(new URL(target).port), '127.0.0.1');
		open.add(socket);
		for (const [from, to] of [[socket, inner] as const, [inner, socket] as const]) {
			from.pipe(to);
			from.on('error', () => to.destroy());
		}
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
		stop() {
			for (const socket of open) socket.destroy();
			server.close();
		},
	};
}

/** A new key and its certificate, as PEM. */
export function selfSignedCertificate(): { key: string; cert: string } {
	const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
	const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
	return { key, cert: selfSigned(privateKey, publicKey) };
}

/** A minimal certificate of version 1 (RFC 5280), as PEM. */
function selfSigned(privateKey: KeyObject, publicKey: KeyObject): string {
	const ecdsaWithSha256 = der(0x30, der(0x06, Buffer.from('2a8648ce3d040302', 'hex')));
	const commonName = der(0x06, Buffer.from('550403', 'hex'));
	const name = der(0x30, der(0x31, der(0x30, commonName, der(0x0c, Buffer.from('footfall test')))));
	const validity = der(0x30, der(0x17, Buffer.from('200101000000Z')), der(0x17, Buffer.from('491231000000Z')));
	const keyInfo = publicKey.export({ type: 'spki', format: 'der' });
	const content = der(0x30, der(0x02, Buffer.from([1])), ecdsaWithSha256, name, validity, name, keyInfo);
	const signature = der(0x03, Buffer.from([0]), sign('sha256', content, privateKey));
	const certificate = der(0x30, content, ecdsaWithSha256, signature).toString('base64');
	return `-----BEGIN CERTIFICATE-----\n${certificate.replaceAll(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
}

/** Encodes one element in DER (ASN.1), of at most 65,535 bytes. */
function der(tag: number, ...parts: Buffer[]): Buffer {
	const content = Buffer.concat(parts);
	const { length } = content;
	const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
	return Buffer.concat([Buffer.from([tag, ...head]), content]);
}
