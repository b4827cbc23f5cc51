package io.github.wxtoken.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.TokenStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The common part of the contract's cases: a store on empty data, and tokens to store. */
@Execution(ExecutionMode.SAME_THREAD)
abstract class Cases {
  final TokenStoreContract contract;
  private final List<TokenStore> opened = new ArrayList<>();
  TokenStore store;

  @SuppressWarnings("NullAway.Init") // The store is opened before each case.
  Cases(TokenStoreContract contract) {
    this.contract = contract;
  }

  @BeforeEach
  final void openStore() throws Exception {
    store = open();
  }

  @AfterEach
  final void closeStores() {
    opened.forEach(TokenStore::close);
  }

  /** Opens one more handle on the same data, as another process does. */
  final TokenStore open() throws Exception {
    TokenStore handle = contract.open();
    opened.add(handle);
    TokenStore view = contract.view(handle);
    if (view != handle) {
      opened.add(0, view);
    }
    return view;
  }

  /** Opens a handle that is another object. Only a store for several processes has one. */
  final TokenStore openAnother() throws Exception {
    TokenStore handle = open();
    assumeTrue(handle != store, "this store is for a single process");
    return handle;
  }

  final void assumeRoomFor(Room part) {
    assumeTrue(
        contract.room().contains(part),
        () -> "the records have no room for it: " + part.name().toLowerCase(Locale.ROOT));
  }

  final boolean hasRoomFor(Room part) {
    return contract.room().contains(part);
  }

  /** Returns the part of a token that the store keeps, if its records lack room for all of it. */
  final OAuthToken kept(OAuthToken token) {
    OAuthToken.Builder kept = token.toBuilder();
    if (!hasRoomFor(Room.UNIONID)) {
      kept.unionid(null);
    }
    if (!hasRoomFor(Room.EXTRA)) {
      kept.extraJson(null);
    }
    return kept.build();
  }

  /** Asserts that this token is stored, as another process reads it. */
  final void assertStored(OAuthToken expected) throws Exception {
    assertThat(open().getToken(expected.openid())).contains(expected);
  }

  final void assertRoundTrip(OAuthToken token) throws Exception {
    store.saveToken(token.openid(), token);
    assertStored(token);
  }

  final List<OAuthToken> scan() {
    try (Stream<OAuthToken> tokens = store.tokens()) {
      return tokens.toList();
    }
  }

  /** Runs the racer in this many threads that start at once, and returns the result of each. */
  final <T> List<T> race(int threads, Callable<T> racer) {
    return race(threads, number -> racer.call());
  }

  /** Runs the racer in this many threads that start at once, and returns the result of each. */
  final <T> List<T> race(int threads, Race.Racer<T> racer) {
    return new Race(patience()).run(threads, racer);
  }

  final Duration patience() {
    return contract.patience();
  }
}
