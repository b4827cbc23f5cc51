package io.github.wxtoken.store;

import io.github.wxtoken.OAuthToken;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Spliterators.AbstractSpliterator;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Streams all tokens of a store, page by page, for {@link TokenStore#tokens}. Best are pages by
 * key: each page has the records after the last key of the page before, in the order of the keys.
 * Then no connection and no cursor is held between two pages, and each token appears once however
 * the data changes meanwhile.
 *
 * <p>The stream reads a page when its first record is needed, and keeps one page in memory. A
 * record that cannot be read goes to the consumer, and the stream continues.
 *
 * @param <P> a position: where a page begins
 * @param <R> a record of a page
 */
public final class TokenScan<P, R> extends AbstractSpliterator<OAuthToken> {
  private final PageReader<P, R> pages;
  private final Function<R, Optional<OAuthToken>> decoder;
  private final Consumer<CorruptTokenException> corrupt;
  private final Deque<R> records = new ArrayDeque<>();
  private @Nullable P position;
  private boolean isLastPage;

  /**
   * Reads pages.
   *
   * @param <P> a position
   * @param <R> a record
   */
  public interface PageReader<P, R> {

    /**
     * Reads a page, as one operation of the store with a deadline of its own.
     *
     * @param after the {@link Page#next} of the page before; null for the first page
     * @return the page
     * @throws TokenStoreException if the store cannot answer, which ends the stream
     */
    Page<P, R> read(@Nullable P after);
  }

  /**
   * A page.
   *
   * @param <P> a position
   * @param <R> a record
   * @param records the records, which may be none
   * @param next the position from which to read the next page, such as the last key of this one;
   *     null if this is the last page
   */
  public record Page<P, R>(List<R> records, @Nullable P next) {}

  private TokenScan(
      PageReader<P, R> pages,
      Function<R, Optional<OAuthToken>> decoder,
      Consumer<CorruptTokenException> corrupt) {
    super(Long.MAX_VALUE, ORDERED | NONNULL);
    this.pages = pages;
    this.decoder = decoder;
    this.corrupt = corrupt;
  }

  /**
   * Returns a stream that has read nothing yet. It need not be closed, unless the reader holds
   * something between two pages.
   *
   * @param <P> a position
   * @param <R> a record
   * @param pages reads the pages
   * @param decoder returns the token of a record; empty if the record was deleted in the meantime.
   *     It throws {@link CorruptTokenException} if the record cannot be read
   * @param corrupt receives each record that cannot be read, on the thread that consumes the stream
   * @return the tokens, in the order of the pages
   * @throws IllegalArgumentException if {@code corrupt} is null
   */
  public static <P, R> Stream<OAuthToken> stream(
      PageReader<P, R> pages,
      Function<R, Optional<OAuthToken>> decoder,
      @Nullable Consumer<CorruptTokenException> corrupt) {
    if (corrupt == null) {
      throw new IllegalArgumentException("corrupt must not be null");
    }
    return StreamSupport.stream(new TokenScan<>(pages, decoder, corrupt), false);
  }

  @Override
  public boolean tryAdvance(Consumer<? super OAuthToken> action) {
    while (true) {
      R next = nextRecord();
      if (next == null) {
        return false;
      }
      Optional<OAuthToken> token = decode(next);
      if (token.isPresent()) {
        action.accept(token.get());
        return true;
      }
    }
  }

  private @Nullable R nextRecord() {
    while (records.isEmpty() && !isLastPage) {
      readPage();
    }
    return records.poll();
  }

  private void readPage() {
    Page<P, R> page = pages.read(position);
    P next = page.next();
    if (next != null && next.equals(position)) {
      throw new TokenStoreException(
          "cannot list tokens: the database does not order the keys by their bytes", null);
    }
    records.addAll(page.records());
    position = next;
    isLastPage = next == null;
  }

  private Optional<OAuthToken> decode(R record) {
    try {
      return decoder.apply(record);
    } catch (CorruptTokenException e) {
      corrupt.accept(e);
      return Optional.empty();
    }
  }
}
