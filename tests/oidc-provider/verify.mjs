// Reads JSON with an `assertion` and the `certificate` or `public_key` in PEM that it is to be verified with, by standard
// input. Writes its header and claims as JSON, or fails.
import { createPublicKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { jwtVerify } from 'jose';

const { assertion, certificate, public_key } = JSON.parse(readFileSync(0, 'utf8'));
const key = certificate ? new X509Certificate(certificate).publicKey : createPublicKey(public_key);
const { protectedHeader: header, payload: claims } = await jwtVerify(assertion, key);
console.log(JSON.stringify({ header, claims }));
