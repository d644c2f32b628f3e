// A platform with a SCIM service that no one here wrote (SCIMMY): `node platform.mjs FOLDER [PORT]`. It keeps what it has in FOLDER/state.json
// and does what files there say: `hang` has it take a new user and never answer, `refuse` refuse all, `redirect` send on elsewhere.
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import express from "express";
import SCIMMY from "scimmy";
import SCIMMYRouters from "scimmy-routers";

const [folder, port] = process.argv.slice(2);
const file = `${folder}/state.json`;
const state = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : { users: [], log: [] };
const says = (what) => existsSync(`${folder}/${what}`);

function keep() {
  writeFileSync(`${file}.new`, JSON.stringify(state));
  renameSync(`${file}.new`, file);
}

// It knows nothing of congvu's own extension, as other systems do not.
SCIMMY.Resources.User.extend(SCIMMY.Schemas.EnterpriseUser, false);

SCIMMY.Resources.declare(SCIMMY.Resources.User, {
  egress: (resource) => {
    if (resource.id) {
      const user = state.users.find((one) => one.id === resource.id);
      if (!user) throw new SCIMMY.Types.Error(404, null, "no such user");
      return user;
    }
    return state.users;
  },
  ingress: (resource, instance) => {
    const told = JSON.parse(JSON.stringify(instance));
    let user = state.users.find((one) => one.id === resource.id);
    if (!user) {
      if (state.users.some((one) => one.userName === told.userName)) {
        throw new SCIMMY.Types.Error(409, "uniqueness", "taken");
      }
      user = { id: `nd/${state.users.length + 1}?x` };
      state.users.push(user);
    }
    Object.assign(user, told, { id: user.id });
    keep();
    return user;
  },
  degress: () => {
    throw new SCIMMY.Types.Error(501, null, "never");
  },
});

const app = express();
app.use((request, response, next) => {
  state.log.push(`${request.method} ${request.path}`);
  keep();
  if (request.path.startsWith("/noi-khac")) return response.status(200).json({});
  if (says("redirect")) return response.redirect(307, `http://127.0.0.1:${server.address().port}/noi-khac`);
  if (says("refuse")) return response.status(400).json({ detail: "khong nhan" });
  if (says("hang") && request.method === "POST") {
    // It takes the user; whoever sent it never hears of it.
    response.json = response.send = response.end = () => response;
  }
  next();
});
app.use(
  "/scim",
  new SCIMMYRouters({
    type: "bearer",
    handler: (request) => {
      if (request.header("Authorization") !== "Bearer ma-cua-nen-tang") throw new Error("who are you?");
      return "congvu";
    },
  }),
);
const server = app.listen(Number(port ?? 0), "127.0.0.1", () => {
  writeFileSync(`${folder}/port.new`, String(server.address().port));
  renameSync(`${folder}/port.new`, `${folder}/port`);
});
