// Each page of reports, incidents, takedown, stops, regulations, the calendar and the settings: `node rules_pages.mjs DEMO_JSON`.

import { accessible, assert, base, done, open, picture, signIn } from "./lib.mjs";

const pages = [
  ["bao-cao", "/quan-ly/bao-cao"],
  ["so-lieu", "/quan-ly/bao-cao/so-lieu"],
  ["qua-han", "/quan-ly/bao-cao/so-lieu?ve=overdue"],
  ["lap-bao-cao", "/quan-ly/bao-cao/lap"],
  ["su-co", "/quan-ly/su-co"],
  ["vi-pham", "/quan-ly/su-co/vi-pham"],
  ["su-co-moi", "/quan-ly/su-co/moi"],
  ["go-bo", "/quan-ly/go-bo"],
  ["go-bo-moi", "/quan-ly/go-bo/moi"],
  ["thong-bao", "/quan-ly/thong-bao"],
  ["ngung", "/quan-ly/thong-bao/ngung"],
  ["da-gui", "/quan-ly/thong-bao/da-gui"],
  ["quy-dinh", "/quan-ly/quy-dinh"],
  ["quy-che", "/quan-ly/quy-dinh/quang-ninh"],
  ["so-sanh", "/quan-ly/quy-dinh/so-sanh?mot=quang-ninh&hai=son-la"],
  ["thu-quy-che", "/quan-ly/quy-dinh/thu?quy-che=son-la"],
  ["lich", "/quan-ly/lich"],
  ["thiet-lap", "/quan-ly/thiet-lap"],
  ["bao-su-co", "/bao-su-co"],
];

for (const size of ["wide", "phone"]) {
  const view = await open(size);
  await signIn(view, "quantri@sonminh.gov.vn");
  for (const [name, path] of pages) {
    assert.equal((await view.goto(`${base}${path}`)).status(), 200, path);
    await accessible(view);
    await picture(view, `${name}-${size}`);
  }
  await view.context().close();
}
await done();
