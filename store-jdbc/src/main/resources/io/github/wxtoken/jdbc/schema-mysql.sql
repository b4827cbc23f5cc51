-- MySQL and MariaDB. The six columns of wechat-oauth's README under its names, so that a Node
-- process can share the table, and three of ours that its REPLACE resets to NULL.
--
-- openid is the primary key: REPLACE deadlocks on a secondary unique key besides an auto-increment
-- one. It is ASCII, since keys are, and ascii_bin tells "A" from "a", which the servers' default
-- collations do not. extra is text and not JSON: MySQL's JSON reorders fields and rounds numbers.
CREATE TABLE IF NOT EXISTS `token` (
  `access_token`  varchar(1024),
  `expires_in`    bigint NOT NULL,
  `refresh_token` varchar(1024),
  `openid`        varchar(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `scope`         varchar(512),
  `create_at`     bigint NOT NULL,
  `unionid`       varchar(128),
  `session_key`   varchar(1024),
  `extra`         mediumtext,
  PRIMARY KEY (`openid`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Who may refresh whose token, until when: milliseconds since 1970 by the server's clock.
CREATE TABLE IF NOT EXISTS `token_lease` (
  `name`       varchar(200) NOT NULL,
  `owner`      varchar(64) NOT NULL,
  `expires_at` bigint NOT NULL,
  PRIMARY KEY (`name`),
  KEY `expires_at` (`expires_at`)
) ENGINE=InnoDB DEFAULT CHARSET=ascii COLLATE=ascii_bin;
