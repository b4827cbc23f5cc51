'use strict';

// One Node process of a mixed cluster: wechat-oauth, with the store code of its README.
//
// It reads lines "ID COMMAND ARGUMENT" and answers each with "ID ok VALUE" or "ID error NAME", in
// any order:
//
//   clock MILLIS   sets how far its clock is ahead of the system's
//   login CODE     exchanges a code; the value is the openid
//   user OPENID    reads the profile, which refreshes where Node thinks it must; the openid in it
//   refresh OPENID refreshes the stored token although it may be valid; the openid
//   token OPENID   reads the store; a fingerprint of the access token

const crypto = require('crypto');
const readline = require('readline');
const OAuth = require('wechat-oauth');
const stores = require('./stores');

const { APPID, SECRET, WECHAT, STORE, STORE_URL } = process.env;

let ahead = 0;
const SystemDate = Date;
global.Date = class extends SystemDate {
  constructor(...parts) {
    super(...(parts.length ? parts : [SystemDate.now() + ahead]));
  }

  static now() {
    return SystemDate.now() + ahead;
  }
};

// The library knows one address of WeChat only.
const request = OAuth.prototype.request;
OAuth.prototype.request = function (url, options, callback) {
  request.call(this, url.replace('https://api.weixin.qq.com', WECHAT), options, callback);
};

function promised(call) {
  return new Promise((resolve, reject) => {
    call((error, result) => (error ? reject(error) : resolve(result)));
  });
}

const commands = {
  clock: async (store, client, millis) => {
    ahead = Number(millis);
    return 'set';
  },
  login: async (store, client, code) =>
    (await promised((done) => client.getAccessToken(code, done))).data.openid,
  user: async (store, client, openid) =>
    (await promised((done) => client.getUser(openid, done))).openid,
  refresh: async (store, client, openid) => {
    const token = await promised((done) => store.getToken(openid, done));
    const result = await promised((done) => client.refreshAccessToken(token.refresh_token, done));
    return result.data.openid;
  },
  token: async (store, client, openid) => {
    const token = await promised((done) => store.getToken(openid, done));
    return crypto.createHash('sha256').update(token.access_token).digest('hex').slice(0, 16);
  },
};

// A code of WeChat or a type: a message might hold a token.
function named(error) {
  return `${error.name}${error.code ? `:${error.code}` : ''}`.replace(/\s/g, '_');
}

async function main() {
  const store = await stores.open(STORE, STORE_URL);
  const client = new OAuth(APPID, SECRET, store.getToken, store.saveToken);
  console.log('0 ok ready');
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [id, command, argument] = line.split(' ');
    commands[command](store, client, argument).then(
      (value) => console.log(`${id} ok ${value}`),
      (error) => console.log(`${id} error ${named(error)}`),
    );
  }
  process.exit(0);
}

main().catch((error) => {
  console.error(named(error));
  process.exit(1);
});
