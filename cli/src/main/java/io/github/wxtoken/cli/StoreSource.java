package io.github.wxtoken.cli;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.TokenStore;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The tokens of a store. In SQL and in MongoDB they come in the order of their keys. */
final class StoreSource implements TokenSource {
  private final TokenStore store;
  private final boolean ordered;

  StoreSource(TokenStore store, boolean ordered) {
    this.store = store;
    this.ordered = ordered;
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
    return store
        .tokens(corrupt -> unreadable.accept(String.valueOf(corrupt.getMessage())))
        .filter(token -> isBehind(token, after, skipped))
        .map(token -> new Item(token, ordered ? token.openid() : null));
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
