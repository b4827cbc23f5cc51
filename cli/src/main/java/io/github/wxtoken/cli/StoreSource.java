package io.github.wxtoken.cli;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.TokenStore;
import java.util.Iterator;
import java.util.OptionalLong;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The tokens of a store. In SQL and in MongoDB they come in the order of their keys. */
final class StoreSource implements TokenSource {
  private final TokenStore store;
  private final String identity;
  private final boolean ordered;
  private final Patience patience;

  /**
   * Reads a store.
   *
   * @param identity names the data
   * @param ordered whether it returns the tokens in the order of their keys; then a page that could
   *     not be read is read again
   */
  StoreSource(TokenStore store, String identity, boolean ordered, Patience patience) {
    this.store = store;
    this.identity = identity;
    this.ordered = ordered;
    this.patience = patience;
  }

  /** Reads a store that was opened at this address. */
  static StoreSource of(TokenStore store, StoreAddress address, Session session) {
    return new StoreSource(
        store,
        address.identity(),
        address.isOrdered(),
        new Patience(session.interrupt(), Patience.USUAL));
  }

  TokenStore store() {
    return store;
  }

  boolean isOrdered() {
    return ordered;
  }

  boolean contains(String openid) {
    return store.getToken(openid).isPresent();
  }

  @Override
  public String identity() {
    return identity;
  }

  @Override
  public String description() {
    return store.description();
  }

  @Override
  public OptionalLong size() {
    return store.approximateSize();
  }

  @Override
  public Stream<Item> items(
      @Nullable String after, Consumer<Long> skipped, Consumer<String> unreadable) {
    Stream<OAuthToken> tokens =
        store.tokens(corrupt -> unreadable.accept(String.valueOf(corrupt.getMessage())));
    return (ordered ? patient(tokens) : tokens)
        .filter(token -> isBehind(token, after, skipped))
        .map(token -> new Item(token, ordered ? token.openid() : null));
  }

  /**
   * Reads on after a failure. A scan in the order of the keys keeps its position then. That of
   * Redis may mean nothing to the server that answers after a failover, so it is not continued.
   */
  private Stream<OAuthToken> patient(Stream<OAuthToken> tokens) {
    Iterator<OAuthToken> scan = tokens.iterator();
    Iterator<OAuthToken> patient =
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return patience.call(scan::hasNext);
          }

          @Override
          public OAuthToken next() {
            boolean unused = hasNext();
            return scan.next();
          }
        };
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(patient, 0), false)
        .onClose(tokens::close);
  }

  private boolean isBehind(OAuthToken token, @Nullable String after, Consumer<Long> skipped) {
    // Keys are ASCII, so this is the order of their bytes.
    if (!ordered || after == null || token.openid().compareTo(after) > 0) {
      return true;
    }
    skipped.accept(1L);
    return false;
  }

  @Override
  public void close() {
    store.close();
  }
}
