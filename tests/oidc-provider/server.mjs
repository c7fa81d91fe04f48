// oidc-provider on 127.0.0.1 at a port of the system's choice: clients of the client credentials grant, one resource
// (RFC 8707). Says "listening on ISSUER" once it is ready, and ends with its standard input.
//
// The first argument, where there is one, names a file of JSON: `clients` adds clients, each its metadata with a
// `certificate` or `public_key` in PEM; `tls`, with `key`, `cert` and `ca`, makes it https that asks for certificates.
import { createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { errors, Provider } from 'oidc-provider';

const RESOURCE = 'https://api.example.com';

const added = process.argv[2] ? JSON.parse(readFileSync(process.argv[2], 'utf8')) : {};

function client(id, secret, authentication) {
  return {
    client_id: id,
    client_secret: secret,
    token_endpoint_auth_method: authentication,
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
    scope: 'api:read',
    id_token_signed_response_alg: 'ES256',
  };
}

function keyClient({ client_id, token_endpoint_auth_method, certificate, public_key, ...metadata }) {
  const x509 = certificate && new X509Certificate(certificate);
  const jwk = (x509?.publicKey ?? createPublicKey(public_key)).export({ format: 'jwk' });
  if (x509) jwk.x5c = [x509.raw.toString('base64')];
  const { client_secret, ...rest } = client(client_id, undefined, token_endpoint_auth_method);
  return { ...rest, ...metadata, jwks: { keys: [{ ...jwk, use: 'sig' }] } };
}

function peerCertificate(context) {
  return context.socket.getPeerX509Certificate?.();
}

function resourceServer(_context, resource) {
  if (resource !== RESOURCE) throw new errors.InvalidTarget();
  return {
    scope: 'api:read api:write',
    audience: RESOURCE,
    accessTokenFormat: 'jwt',
    accessTokenTTL: 3600,
    jwt: { sign: { alg: 'ES256' } },
  };
}

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const configuration = {
  clients: [
    client('post-client', `post+secret/with&every=awk%ward'char"acter `, 'client_secret_post'),
    ...(added.clients ?? []).map(keyClient),
  ],
  clientAuthMethods: [
    'client_secret_post',
    'private_key_jwt',
    'tls_client_auth',
    'self_signed_tls_client_auth',
  ],
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig' }] },
  scopes: ['api:read', 'api:write'],
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    mTLS: {
      enabled: true,
      tlsClientAuth: true,
      selfSignedTlsClientAuth: true,
      getCertificate: peerCertificate,
      certificateAuthorized: (context) => context.socket.authorized,
      certificateSubjectMatches: (context, property, expected) =>
        property === 'tls_client_auth_subject_dn' && peerCertificate(context).subject === expected,
    },
    resourceIndicators: { enabled: true, getResourceServerInfo: resourceServer },
  },
};

const server = added.tls
  ? createTlsServer({ ...added.tls, requestCert: true, rejectUnauthorized: false })
  : createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `${added.tls ? 'https' : 'http'}://127.0.0.1:${server.address().port}`;
  server.on('request', new Provider(issuer, configuration).callback());
  console.log(`listening on ${issuer}`);
});
process.stdin.resume().on('end', () => process.exit());
