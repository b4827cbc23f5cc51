package io.github.wxtoken.testkit;

/**
 * What a store's records may lack a place for. A bare wechat-oauth table has none of it, a record
 * of our own all of it.
 */
public enum Room {
  /** A place for the unionid; a store without it drops the unionid. */
  UNIONID,
  /** A place for the fields that have no method of their own; a store without it drops them. */
  EXTRA,
  /**
   * A place for the session of a mini program, and for tokens that lack an access token, a refresh
   * token or a scope; a store without it refuses a session.
   */
  SESSION
}
