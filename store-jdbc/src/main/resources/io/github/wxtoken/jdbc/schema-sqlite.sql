-- SQLite. The columns and lengths of MySQL's table; SQLite itself enforces no length, the store does.
CREATE TABLE IF NOT EXISTS `token` (
  `access_token`  varchar(1024),
  `expires_in`    bigint NOT NULL,
  `refresh_token` varchar(1024),
  `openid`        varchar(128) NOT NULL PRIMARY KEY,
  `scope`         varchar(512),
  `create_at`     bigint NOT NULL,
  `unionid`       varchar(128),
  `session_key`   varchar(1024),
  `extra`         text
);

-- Who may refresh whose token, until when: milliseconds since 1970 by the machine's clock.
CREATE TABLE IF NOT EXISTS `token_lease` (
  `name`       varchar(200) NOT NULL PRIMARY KEY,
  `owner`      varchar(64) NOT NULL,
  `expires_at` bigint NOT NULL
);
