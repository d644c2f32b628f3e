// An OpenID Connect provider that no one here wrote (oidc-provider): `node provider.mjs FOLDER`. It listens at once and begins to serve when
// FOLDER/clients.json says for whom. Whoever types a name is signed in by it.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import Provider from "oidc-provider";

const [folder] = process.argv.slice(2);
let serve;

function begin() {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const key = { ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256", kid: "khoa-1" };
  const provider = new Provider(`http://127.0.0.1:${server.address().port}`, {
    clients: JSON.parse(readFileSync(`${folder}/clients.json`, "utf8")),
    jwks: { keys: [key] },
    cookies: { keys: [randomBytes(32).toString("hex")] },
    // The name comes by UserInfo alone, as the standard has it (OpenID Connect Core 1.0 §5.4).
    conformIdTokenClaims: true,
    claims: { openid: ["sub"], profile: ["preferred_username"] },
    // By itself it goes to no address of this machine, where its clients are.
    fetch: (url, { method, headers, body, signal }) => fetch(url, { method, headers, body, signal }),
    pkce: { required: () => true },
    features: { backchannelLogout: { enabled: true }, devInteractions: { enabled: true } },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, preferred_username: id }) }),
  });
  provider.on("server_error", (_, error) => console.error(error));
  provider.on("backchannel.error", (_, error) => console.error(error));
  serve = provider.callback();
}

const server = createServer((request, response) => {
  if (!serve && existsSync(`${folder}/clients.json`)) begin();
  if (serve) return serve(request, response);
  response.writeHead(503).end();
});
server.listen(0, "127.0.0.1", () => {
  writeFileSync(`${folder}/port.new`, String(server.address().port));
  renameSync(`${folder}/port.new`, `${folder}/port`);
});
