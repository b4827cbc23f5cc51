package io.github.wxtoken.cli;

import io.github.wxtoken.OAuthToken;
import java.util.Iterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Walks over two sides at once. Both return their tokens in the order of the openids. */
final class SideBySide extends Spliterators.AbstractSpliterator<SideBySide.Pair> {
  private final Iterator<OAuthToken> firsts;
  private final Iterator<OAuthToken> seconds;
  private @Nullable OAuthToken first;
  private @Nullable OAuthToken second;

  /**
   * The tokens of an openid.
   *
   * @param first that of the first side, or null
   * @param second that of the second side, or null
   */
  record Pair(@Nullable OAuthToken first, @Nullable OAuthToken second) {
    boolean isEqual() {
      return first != null && first.equals(second);
    }
  }

  private SideBySide(Iterator<OAuthToken> firsts, Iterator<OAuthToken> seconds) {
    super(Long.MAX_VALUE, ORDERED | NONNULL);
    this.firsts = firsts;
    this.seconds = seconds;
  }

  static Stream<Pair> stream(Stream<TokenSource.Item> firsts, Stream<TokenSource.Item> seconds) {
    return StreamSupport.stream(
        new SideBySide(
            firsts.map(TokenSource.Item::token).iterator(),
            seconds.map(TokenSource.Item::token).iterator()),
        false);
  }

  @Override
  public boolean tryAdvance(Consumer<? super Pair> action) {
    first = first == null && firsts.hasNext() ? firsts.next() : first;
    second = second == null && seconds.hasNext() ? seconds.next() : second;
    if (first == null && second == null) {
      return false;
    }
    int order = first == null ? 1 : second == null ? -1 : first.openid().compareTo(second.openid());
    Pair pair = new Pair(order <= 0 ? first : null, order >= 0 ? second : null);
    first = order <= 0 ? null : first;
    second = order >= 0 ? null : second;
    action.accept(pair);
    return true;
  }
}
