-- PostgreSQL. The columns and lengths of MySQL's table.
--
-- COLLATE "C" compares keys by their bytes. The order of other collations changes with the
-- libraries of the operating system, and an index in the old order finds no rows. extra is text:
-- jsonb reorders fields and refuses NUL.
CREATE TABLE IF NOT EXISTS "token" (
  "access_token"  varchar(1024),
  "expires_in"    bigint NOT NULL,
  "refresh_token" varchar(1024),
  "openid"        varchar(128) COLLATE "C" NOT NULL PRIMARY KEY,
  "scope"         varchar(512),
  "create_at"     bigint NOT NULL,
  "unionid"       varchar(128),
  "session_key"   varchar(1024),
  "extra"         text
);

-- Who may refresh whose token, until when: milliseconds since 1970 by the server's clock.
CREATE TABLE IF NOT EXISTS "token_lease" (
  "name"       varchar(200) COLLATE "C" NOT NULL PRIMARY KEY,
  "owner"      varchar(64) NOT NULL,
  "expires_at" bigint NOT NULL
);

CREATE INDEX IF NOT EXISTS "token_lease_expires_at" ON "token_lease" ("expires_at");
