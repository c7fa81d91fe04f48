// oidc-provider on 127.0.0.1 at a port of the system's choice: two clients of the client credentials grant, one resource
// (RFC 8707). Says "listening on ISSUER" once it is ready, and ends with its standard input.
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { errors, Provider } from 'oidc-provider';

const RESOURCE = 'https://api.example.com';

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
    client('basic-client', `basic+secret/with&every=awk%ward'char"acter `, 'client_secret_basic'),
  ],
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig' }] },
  scopes: ['api:read', 'api:write'],
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    resourceIndicators: { enabled: true, getResourceServerInfo: resourceServer },
  },
};

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  server.on('request', new Provider(issuer, configuration).callback());
  console.log(`listening on ${issuer}`);
});
process.stdin.resume().on('end', () => process.exit());
