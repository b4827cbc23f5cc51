'use strict';

// Callers of the store code of wechat-oauth's README in one Node process, as Callers.java is in one JVM; the
// same lines are read and printed.

const crypto = require('crypto');
const readline = require('readline');
const stores = require('./stores');

const { STORE, STORE_URL } = process.env;
const USERS = 256;

const text = (length) => crypto.randomBytes(length).toString('base64url').slice(0, length);

const users = Array.from({ length: USERS }, (_, number) => ({
  access_token: text(110),
  expires_in: 7200,
  refresh_token: text(110),
  openid: `on-bench-user-number-${String(number).padStart(7, '0')}`,
  scope: 'snsapi_userinfo',
  create_at: Date.now(),
}));

const promised = (call) =>
  new Promise((resolve, reject) => {
    call((error, result) => (error ? reject(error) : resolve(result)));
  });

const operations = (store) => ({
  get: async (number) => {
    const user = users[number];
    const found = await promised((done) => store.getToken(user.openid, done));
    if (!found || found.openid !== user.openid) {
      throw new Error('there is no token');
    }
  },
  hop: () => new Promise(setImmediate),
  save: (number) => {
    const token = { ...users[number], create_at: Date.now() };
    return promised((done) => store.saveToken(token.openid, token, done));
  },
});

async function run(operation, callers, millis) {
  const begin = process.hrtime.bigint();
  const end = begin + BigInt(millis) * 1000000n;
  let calls = 0;
  const caller = async (first) => {
    for (let number = first; process.hrtime.bigint() < end; number = (number + callers) % USERS) {
      await operation(number);
      calls++;
    }
  };
  await Promise.all(Array.from({ length: callers }, (_, number) => caller(number)));
  return (calls * 1e9) / Number(process.hrtime.bigint() - begin);
}

async function main() {
  const store = await stores.open(STORE, STORE_URL);
  const named = operations(store);
  for (let number = 0; number < USERS; number++) {
    await named.save(number);
  }
  console.log('ready');
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [operation, callers, millis] = line.split(' ');
    console.log(await run(named[operation], Number(callers), Number(millis)));
  }
  process.exit(0);
}

main().catch((error) => {
  console.error(error.code || error.name);
  process.exit(1);
});
