// A browser is told of new mail by its push service: this script is the service, and reads what only the browser can.
import { execFileSync } from "node:child_process";
import crypto from "node:crypto";
import { readFileSync } from "node:fs";
import https from "node:https";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { accessible, args, assert, base, done, open, picture, signIn, SIZES } from "./lib.mjs";

const [address, config, program] = args;
const folder = path.dirname(process.argv[2]);
const append = fileURLToPath(new URL("../meanwhile.py", import.meta.url));
const mail = (subject) => execFileSync("python3", [append, process.argv[2], address, "append", subject]);

// The push service.
const came = [];
const waiting = [];
let answer = 201;
const service = https.createServer({ cert: readFileSync(`${folder}/chung-thu.pem`), key: readFileSync(`${folder}/khoa.pem`) }, (request, response) => {
  const body = [];
  request.on("data", (chunk) => body.push(chunk));
  request.on("end", () => {
    response.writeHead(answer).end();
    came.push({ headers: request.headers, method: request.method, url: request.url, body: Buffer.concat(body) });
    waiting.splice(0).forEach((resolve) => resolve());
  });
});
await new Promise((resolve) => service.listen(0, "127.0.0.1", resolve));
const origin = `https://127.0.0.1:${service.address().port}`;
const next = async (seconds) => {
  const before = came.length;
  await Promise.race([new Promise((resolve) => waiting.push(resolve)), new Promise((resolve) => setTimeout(resolve, seconds * 1000))]);
  return came.length > before ? came.at(-1) : null;
};

// The browser's keys (RFC 8291 §3.1).
const own = crypto.createECDH("prime256v1");
own.generateKeys();
const auth = crypto.randomBytes(16);

/** RFC 8291 §3.4, RFC 8188 §2, written anew from the texts. */
function read({ headers, method, body }) {
  assert.equal(method, "POST");
  assert.equal(headers["content-encoding"], "aes128gcm");
  assert.ok(Number(headers.ttl) > 0 && headers.topic.length <= 32);
  const [, token, key] = /^vapid t=([^,]+), k=(.+)$/.exec(headers.authorization);
  const [head, claims, signature] = token.split(".");
  const point = Buffer.from(key, "base64url");
  const jwk = { kty: "EC", crv: "P-256", x: point.subarray(1, 33).toString("base64url"), y: point.subarray(33).toString("base64url") };
  const known = crypto.createPublicKey({ key: jwk, format: "jwk" });
  const right = crypto.verify("sha256", Buffer.from(`${head}.${claims}`), { key: known, dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "base64url"));
  assert.ok(right, "the signature of the token");
  const { aud, exp, sub } = JSON.parse(Buffer.from(claims, "base64url"));
  assert.equal(aud, origin);
  assert.ok(exp * 1000 > Date.now() && exp * 1000 < Date.now() + 86_400_000 && /^(https|mailto):/.test(sub));

  const salt = body.subarray(0, 16);
  const theirs = body.subarray(21, 21 + body[20]);
  const record = body.subarray(21 + body[20]);
  const input = crypto.hkdfSync("sha256", own.computeSecret(theirs), auth, Buffer.concat([Buffer.from("WebPush: info\0"), own.getPublicKey(), theirs]), 32);
  const secret = Buffer.from(crypto.hkdfSync("sha256", Buffer.from(input), salt, "Content-Encoding: aes128gcm\0", 16));
  const nonce = Buffer.from(crypto.hkdfSync("sha256", Buffer.from(input), salt, "Content-Encoding: nonce\0", 12));
  const decipher = crypto.createDecipheriv("aes-128-gcm", secret, nonce);
  decipher.setAuthTag(record.subarray(-16));
  const text = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()]);
  const end = text.lastIndexOf(2);
  assert.ok(text.subarray(end + 1).every((byte) => byte === 0));
  return { told: JSON.parse(text.subarray(0, end)), length: body.length, key };
}

const page = await open("phone", { permissions: ["notifications"] });
// What Chromium's own service would give; there is none here.
await page.addInitScript(
  ({ endpoint, key, secret }) => {
    const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer;
    PushManager.prototype.subscribe = async function (settings) {
      window.asked = settings;
      return { endpoint, getKey: (name) => bytes(name === "auth" ? secret : key) };
    };
    Notification.requestPermission = async () => "granted";
  },
  { endpoint: `${origin}/cho-1`, key: own.getPublicKey("base64"), secret: auth.toString("base64") },
);
await signIn(page, address);
await page.goto(`${base}/tai-khoan`);
await page.click('a[href="/tai-khoan/thong-bao"]');
await page.waitForSelector("form[data-push-key]:not([hidden])");
await accessible(page);
await picture(page, "thong-bao-phone");
await page.setViewportSize(SIZES.wide);
await accessible(page);
await picture(page, "thong-bao-wide");

// With names.
await page.check("[name=nguoi-gui]");
await page.click("main button.primary");
await page.waitForSelector("[role=status] >> text=có tên người gửi");
await accessible(page);
assert.ok(await page.evaluate(() => navigator.serviceWorker.getRegistration("/").then((worker) => worker !== undefined)));
const first = next(30);
mail("Việc kín số một");
const one = read(await first);
assert.deepEqual(one.told, { title: "Thư mới", from: "b@sonminh.gov.vn" });

// Without.
await page.click('button[value="tat"]');
await page.waitForSelector("form[data-push-key]:not([hidden])");
await page.click("main button.primary");
await page.waitForSelector("[role=status] >> text=không có tên người gửi");
const second = next(30);
mail("Việc kín số hai");
const two = read(await second);
assert.deepEqual(two.told, { title: "Thư mới", from: "" });
assert.equal(two.length, one.length);
assert.equal(two.key, one.key);
assert.equal(came.length, 2);

// Addresses inside are refused, whoever sends them.
for (const inside of ["http://127.0.0.1:1/x", "https://10.0.0.1/x", "https://[::1]/x"]) {
  const status = await page.evaluate(async ({ inside, key }) => {
    const fields = new URLSearchParams({ csrf: document.querySelector("[name=csrf]").value, "noi-nhan": inside, khoa: key, "bi-mat": "AAAAAAAAAAAAAAAAAAAAAA" });
    return (await fetch("/tai-khoan/thong-bao", { method: "POST", body: fields })).status;
  }, { inside, key: own.getPublicKey("base64url") });
  assert.equal(status, 400, inside);
}

// A push service that fails is asked again, later; nothing is lost.
answer = 503;
const third = next(30);
mail("Việc kín số ba");
assert.ok(await third);
answer = 201;
const again = next(60);
assert.deepEqual(read(await again).told, { title: "Thư mới", from: "" });

// A lock ends it at once.
execFileSync(program, ["account", "--config", config, "disable", address]);
const never = next(8);
assert.equal(await never, null);
const wide = await open();
await signIn(wide, address);
assert.match(wide.url(), /dang-nhap/);
service.close();
service.closeAllConnections();
await done();
