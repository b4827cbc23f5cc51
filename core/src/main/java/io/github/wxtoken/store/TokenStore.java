package io.github.wxtoken.store;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.TokenReader;
import io.github.wxtoken.TokenWriter;
import io.github.wxtoken.WeChatOAuth;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Stores one token per openid, shared by every process of a cluster. Its methods follow {@link
 * java.util.concurrent.ConcurrentMap}.
 *
 * <ul>
 *   <li>A key is the token's openid: 1 to 128 characters of {@code [A-Za-z0-9_:-]}, compared byte
 *       for byte. Anything else, a key longer than the backend has room for, and a token whose
 *       {@link OAuthToken#openid()} is not the key are {@link IllegalArgumentException}s, thrown
 *       before any I/O with nothing changed ({@link TokenStores#requireOpenid} and {@link
 *       TokenStores#requireToken} check this for an implementation).
 *   <li>What comes back equals what was saved, {@link OAuthToken#extra()} included, unless the
 *       store says in its own documentation what its records have no place for.
 *   <li>Every operation ends within the store's deadline. "Cannot answer" is a {@link
 *       TokenStoreException}, never empty or false; so is any call after {@link #close()}. A record
 *       that cannot be read is a {@link CorruptTokenException}.
 *   <li>All methods are safe for use by many threads, and no monitor is held across I/O.
 * </ul>
 */
public interface TokenStore extends TokenReader, TokenWriter, AutoCloseable {

  /**
   * Returns the token last saved under this openid, also when its access token has expired: it
   * carries the refresh token.
   *
   * @param openid the key
   * @return the token, or empty if there is none
   */
  @Override
  Optional<OAuthToken> getToken(String openid);

  /**
   * Inserts the token or replaces the one that is there; the last write wins.
   *
   * @param openid the key
   * @param token the token to keep
   */
  @Override
  void saveToken(String openid, OAuthToken token);

  /**
   * Inserts the token if the key has none, atomically.
   *
   * @param openid the key
   * @param token the token to keep
   * @return true if it was inserted, false if there was one already
   */
  boolean saveTokenIfAbsent(String openid, OAuthToken token);

  /**
   * Inserts each of several tokens if its key has none, as {@link #saveTokenIfAbsent} does. Each
   * token is inserted atomically by itself; together they are no transaction. Where most of the
   * tokens are absent, the stores of servers need fewer round trips than one for each token. By
   * default, the tokens are inserted one by one.
   *
   * <p>An operation of the store inserts one or several of the tokens, and the store's deadline
   * holds for each operation. If the method fails, each of the tokens may have been inserted.
   *
   * @param tokens the tokens to keep, at most one for each openid; there may be none
   * @return the openids of the tokens that were inserted; each other key had a token already
   * @throws IllegalArgumentException with nothing inserted, if {@link TokenStores#requireTokens}
   *     refuses them; if the backend has no room for one of them, others may have been inserted
   */
  default Set<String> saveTokensIfAbsent(Collection<OAuthToken> tokens) {
    Set<String> inserted = new HashSet<>();
    for (OAuthToken token : TokenStores.requireTokens(tokens)) {
      if (saveTokenIfAbsent(token.openid(), token)) {
        inserted.add(token.openid());
      }
    }
    return inserted;
  }

  /**
   * Replaces the token if the stored one is {@link OAuthToken#sameGrant the same grant} as {@code
   * expected}, atomically, compared by the backend and not by the caller. A token is its own
   * version: there is no version column, and a write by a Node process counts as a change.
   *
   * @param openid the key
   * @param expected the grant that must be stored
   * @param token the token to keep
   * @return true if it was replaced, false if nothing or another grant is stored
   */
  boolean replaceToken(String openid, OAuthToken expected, OAuthToken token);

  /**
   * Removes the token.
   *
   * @param openid the key
   * @return true if there was one
   */
  boolean deleteToken(String openid);

  /**
   * Removes the token if the stored one is {@link OAuthToken#sameGrant the same grant} as {@code
   * expected}, so that a sign-in since it was read is not lost. The stores of this library compare
   * and remove atomically. The default reads, compares and then removes, which is not atomic.
   *
   * @param openid the key
   * @param expected the grant that must be stored
   * @return true if it was removed, false if nothing or another grant is stored
   */
  default boolean deleteToken(String openid, OAuthToken expected) {
    TokenStores.requireExpected(openid, expected);
    return getToken(openid).filter(expected::sameGrant).isPresent() && deleteToken(openid);
  }

  /**
   * Returns every token, those of apps included. The stream reads as it is consumed, holds a
   * resource until it is closed, and is weakly consistent: a token that is stored throughout
   * appears exactly once, one that comes, goes or changes meanwhile may appear as it was before or
   * after.
   *
   * @param corrupt receives each record that cannot be read, on the thread that consumes the
   *     stream; the stream goes on after it, and ends with what the consumer throws
   * @return the tokens that can be read, in no particular order; close it
   */
  Stream<OAuthToken> tokens(Consumer<CorruptTokenException> corrupt);

  /**
   * Returns every token that can be read, as {@link #tokens(Consumer)} does. A record that cannot
   * be read is logged as a warning that names its key, and skipped.
   *
   * @return the tokens in no particular order; close it
   */
  default Stream<OAuthToken> tokens() {
    return tokens(TokenStores::logCorrupt);
  }

  /**
   * Returns the token of every user that can be read, as {@link #tokens()} does, without the
   * records of apps: the access tokens and tickets of {@code WeChatApp}, which stand in the same
   * store. Use it to count or to visit users.
   *
   * @return the tokens in no particular order; close it
   */
  default Stream<OAuthToken> users() {
    return tokens().filter(TokenStores::isUser);
  }

  /**
   * Acquires a lease; at most one caller in the cluster holds it at a time. Leases are stored apart
   * from tokens. One clock decides their expiry: the backend's, if it has one.
   *
   * <p>The default, for stores that cannot lease, grants every request, with {@link
   * Lease#isExclusive()} false: a refresh stays correct, since {@link #replaceToken} decides which
   * token is kept, but it saves no call. {@link WeChatOAuth#verifyState} fails with such a store,
   * since nothing tells whether a state was used.
   *
   * @param name 1 to 200 characters of {@code [A-Za-z0-9_:-]}
   * @param atMost how long it lasts if it is not closed before, more than zero; at least whole
   *     milliseconds count
   * @return the lease, or empty while another holds it
   * @throws LeaseUnavailableException if the store can lease, but cannot decide at the moment
   */
  default Optional<Lease> tryLease(String name, Duration atMost) {
    TokenStores.requireLease(name, atMost);
    return Optional.of(Lease.unchecked(atMost));
  }

  /**
   * Checks that the store answers, for health checks and before a start. It is cheap, changes
   * nothing, and ends within the store's deadline. It does not check that the store takes writes.
   *
   * <p>The default reads the token of an openid that no user has, so it also notices a table or a
   * directory that is missing. A record that cannot be read is an answer. Override it where the
   * backend has something cheaper.
   *
   * @throws TokenStoreException if the store cannot answer
   */
  default void ping() {
    try {
      Optional<OAuthToken> unused = getToken(TokenStores.NOBODY);
    } catch (CorruptTokenException e) {
      // The store has answered.
    }
  }

  /**
   * Describes the store for the line that a client logs when it starts: its kind and version, where
   * it is, and whether connections use TLS, such as {@code the table token of MySQL 9.4.0 at
   * db.example.com:3306 with TLS}. It does not ask the backend. It has no secret: no password, and
   * no URL that may carry one.
   *
   * @return a few words that follow "keeps tokens in"; by default the name of the class
   */
  default String description() {
    return getClass().getName();
  }

  /**
   * Looks at the store and its backend for operators: versions, TLS, schema, durability,
   * replication and clocks, with a remedy for each problem. What {@code open} requires is not
   * repeated. It changes nothing, and a check for which the right is missing is left out.
   *
   * @return what was found, without secrets; by default nothing
   * @throws TokenStoreException if the store cannot answer
   */
  default List<StoreFinding> diagnose() {
    return List.of();
  }

  /**
   * Returns about how many records there are, to show the progress of a scan. It ends within the
   * store's deadline.
   *
   * @return the number, or empty if the backend cannot tell it in time, as by default
   */
  default OptionalLong approximateSize() {
    return OptionalLong.empty();
  }

  /** Closes what the store opened itself, nothing else. A second call does nothing. */
  @Override
  void close();
}
