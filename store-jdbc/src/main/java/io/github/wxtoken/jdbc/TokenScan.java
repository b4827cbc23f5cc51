package io.github.wxtoken.jdbc;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.TokenStoreException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Spliterators.AbstractSpliterator;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads all tokens, page by page, ordered by openid; no connection is held between pages. A row
 * that cannot be read is reported and skipped. A row with long values is read by itself when it is
 * needed, so that a page of them does not fill the heap.
 */
final class TokenScan extends AbstractSpliterator<OAuthToken> {
  private final Database database;
  private final TokenTable table;
  private final Function<String, Optional<OAuthToken>> single;
  private final Consumer<CorruptTokenException> corrupt;
  private final Deque<TokenTable.Row> rows = new ArrayDeque<>();
  private @Nullable String place;
  private boolean end;

  /**
   * Creates a scan that has read nothing.
   *
   * @param single reads the token of an openid
   * @param corrupt receives each row that cannot be read
   */
  TokenScan(
      Database database,
      TokenTable table,
      Function<String, Optional<OAuthToken>> single,
      Consumer<CorruptTokenException> corrupt) {
    super(Long.MAX_VALUE, NONNULL | DISTINCT);
    this.database = database;
    this.table = table;
    this.single = single;
    this.corrupt = corrupt;
  }

  @Override
  public boolean tryAdvance(Consumer<? super OAuthToken> action) {
    while (true) {
      if (rows.isEmpty() && !end) {
        readPage();
      }
      TokenTable.Row row = rows.poll();
      if (row == null) {
        return false;
      }
      OAuthToken token = token(row);
      if (token != null) {
        action.accept(token);
        return true;
      }
    }
  }

  private @Nullable OAuthToken token(TokenTable.Row row) {
    if (row.token() != null) {
      return row.token();
    }
    CorruptTokenException reason = row.corrupt();
    if (reason == null) {
      try {
        // Empty if the token was deleted in the meantime.
        return single.apply(row.openid()).orElse(null);
      } catch (CorruptTokenException e) {
        reason = e;
      }
    }
    corrupt.accept(reason);
    return null;
  }

  private void readPage() {
    String before = place;
    // A separate list, because the statement may be retried.
    Deque<TokenTable.Row> page = database.read("list tokens", session -> page(session, before));
    end = page.size() < TokenTable.PAGE;
    if (!page.isEmpty()) {
      place = page.getLast().place();
      if (place.equals(before)) {
        throw new TokenStoreException(
            "cannot list tokens: the database does not order the keys by their bytes", null);
      }
    }
    rows.addAll(page);
  }

  private Deque<TokenTable.Row> page(Database.Session session, @Nullable String before)
      throws SQLException {
    Deque<TokenTable.Row> page = new ArrayDeque<>();
    try (PreparedStatement statement =
        session.prepare(before == null ? table.firstPage : table.nextPage)) {
      if (before != null) {
        statement.setString(1, before);
      }
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          page.add(table.readRow(result));
        }
      }
    }
    return page;
  }
}
