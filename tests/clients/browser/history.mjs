// A province after a year: `node history.mjs DEMO_JSON`. Every page of the console has something to show.

import { accessible, assert, base, done, open, picture, signIn } from "./lib.mjs";

for (const size of ["wide", "phone"]) {
  const page = await open(size);
  await signIn(page, "quantri@sonminh.gov.vn");
  await page.goto(`${base}/quan-ly`);
  assert.ok((await page.locator(".job").count()) > 0);
  assert.ok((await page.locator("figure.chart").count()) > 0);
  await accessible(page);
  await picture(page, `nam-viec-can-lam-${size}`);
  for (const [path, rows] of [
    ["/quan-ly/hop-thu", 50],
    ["/quan-ly/de-nghi", 1],
    ["/quan-ly/co-quan", 1],
    ["/quan-ly/bao-cao", 1],
    ["/quan-ly/bao-cao/so-lieu", 20],
    ["/quan-ly/su-co", 1],
    ["/quan-ly/nhat-ky", 20],
    ["/quan-ly/nhat-ky/quan-tri", 20],
  ]) {
    const answer = await page.goto(base + path);
    assert.equal(answer.status(), 200, path);
    const found = await page.locator("main tbody tr, main .ledger li, main .tree li").count();
    assert.ok(found >= rows, `${path}: ${found}`);
    await accessible(page);
    await picture(page, `nam-${path.split("/").at(-1)}-${size}`);
  }
  await page.context().close();
}
await done();
