package io.github.wxtoken.testkit;

/**
 * Fields that a store's records may lack room for. A bare wechat-oauth table has room for none of
 * them, a record of our own for all of them.
 */
public enum Room {
  /** Room for the unionid; a store without it drops the unionid. */
  UNIONID,
  /** Room for the fields that have no method of their own; a store without it drops them. */
  EXTRA,
  /**
   * Room for the session of a mini program, and for tokens that lack an access token, a refresh
   * token or a scope; a store without it refuses a session.
   */
  SESSION
}
