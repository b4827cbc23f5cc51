'use strict';

// The store code of wechat-oauth's README, statement by statement; it has none for Redis, where this
// is the obvious one.

const fs = require('fs');
const path = require('path');

const openers = {
  async files(directory) {
    const file = (openid) => path.join(directory, `${openid}:access_token.txt`);
    return {
      getToken(openid, callback) {
        fs.readFile(file(openid), 'utf8', (err, txt) => {
          if (err) {
            return callback(err);
          }
          callback(null, JSON.parse(txt));
        });
      },
      saveToken(openid, token, callback) {
        fs.writeFile(file(openid), JSON.stringify(token), callback);
      },
    };
  },

  async mysql(url) {
    const db = require('mysql2').createPool(url);
    return {
      getToken(openid, callback) {
        db.query('SELECT * FROM token WHERE openid = ?', [openid], (err, result) => {
          if (err) {
            return callback(err);
          }
          return callback(null, result[0]);
        });
      },
      saveToken(openid, token, callback) {
        const sql =
          'REPLACE INTO token(access_token, expires_in, refresh_token, openid, scope, create_at)' +
          ' VALUES(?, ?, ?, ?, ?, ?)';
        const fields = [
          token.access_token,
          token.expires_in,
          token.refresh_token,
          token.openid,
          token.scope,
          token.create_at,
        ];
        db.query(sql, fields, (err) => callback(err));
      },
    };
  },

  async mongodb(url) {
    const mongoose = require('mongoose');
    // Whose default for queries changes between versions; the README is older than both.
    mongoose.set('strictQuery', true);
    await mongoose.connect(url);
    const TokenSchema = new mongoose.Schema({
      access_token: String,
      expires_in: Number,
      refresh_token: String,
      openid: String,
      scope: String,
      create_at: String,
    });
    const Token = mongoose.model('Token', TokenSchema);
    return {
      getToken(openid, callback) {
        Token.findOne({ openid }, callback);
      },
      saveToken(openid, token, callback) {
        Token.update({ openid }, token, { upsert: true }, (err) => callback(err));
      },
    };
  },

  async redis(url) {
    const Redis = require('ioredis');
    const redis = new Redis(url);
    const key = (openid) => `mixed:${openid}`;
    return {
      getToken(openid, callback) {
        redis.get(key(openid), (err, json) => callback(err, json && JSON.parse(json)));
      },
      saveToken(openid, token, callback) {
        // A refresh token lives for 30 days or more; a plain SET would keep the record for ever.
        redis.set(key(openid), JSON.stringify(token), 'EX', 180 * 86400, (err) => callback(err));
      },
    };
  },
};

exports.open = (kind, url) => openers[kind](url);
