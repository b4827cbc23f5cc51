package io.github.wxtoken.jdbc;

import io.github.wxtoken.OAuthToken;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Inserts tokens whose keys have none, several in one statement. A statement in autocommit inserts
 * all of its rows or none, so a server commits once for many tokens.
 *
 * <p>PostgreSQL returns the keys that it has inserted. MySQL and SQLite refuse a statement with a
 * key that exists, so its tokens are tried in two halves, and at last one by one. INSERT IGNORE
 * would tell neither which rows it inserted, nor of values that it has changed.
 */
final class TokenInserts {
  /** Rows of the largest statement: older versions of SQLite take at most 999 parameters. */
  static final int MOST_ROWS = 64;

  private final Database database;
  private final TokenTable table;
  private final boolean returnsKeys;

  /** The statements for 1, 2, 4 rows and so on: few, so that drivers can keep them prepared. */
  private final List<String> statements;

  TokenInserts(Database database, TokenTable table, TokenSql sql) {
    this.database = database;
    this.table = table;
    this.returnsKeys = database.dialect().returning(Field.OPENID.column) != null;
    this.statements =
        IntStream.iterate(1, rows -> rows <= MOST_ROWS, rows -> 2 * rows)
            .mapToObj(sql::insertAll)
            .toList();
  }

  /**
   * Inserts tokens that were checked.
   *
   * @param one inserts one token, and tells whether its key had none
   * @return the openids of those that were inserted
   */
  Set<String> insert(List<OAuthToken> tokens, Predicate<OAuthToken> one) {
    // Two statements that lock the same rows in another order would end in a deadlock.
    List<OAuthToken> sorted =
        tokens.stream().sorted(Comparator.comparing(OAuthToken::openid)).toList();
    Set<String> inserted = new HashSet<>();
    for (int from = 0; from < sorted.size(); ) {
      int rows = Integer.highestOneBit(Math.min(MOST_ROWS, sorted.size() - from));
      insert(sorted.subList(from, from + rows), one, inserted);
      from += rows;
    }
    return inserted;
  }

  private void insert(List<OAuthToken> tokens, Predicate<OAuthToken> one, Set<String> inserted) {
    if (tokens.size() == 1) {
      if (one.test(tokens.get(0))) {
        inserted.add(tokens.get(0).openid());
      }
      return;
    }
    Set<String> keys = returnsKeys ? insertAbsent(tokens) : insertAll(tokens);
    if (keys != null) {
      inserted.addAll(keys);
    } else {
      int half = tokens.size() / 2;
      insert(tokens.subList(0, half), one, inserted);
      insert(tokens.subList(half, tokens.size()), one, inserted);
    }
  }

  private Set<String> insertAbsent(List<OAuthToken> tokens) {
    return database.write(
        what(tokens),
        handle ->
            new HashSet<>(
                table
                    .bindAll(handle.createQuery(statement(tokens)), tokens)
                    .mapTo(String.class)
                    .list()));
  }

  /** Inserts all of the tokens; returns null, with none inserted, if one of them is there. */
  private @Nullable Set<String> insertAll(List<OAuthToken> tokens) {
    boolean absent =
        database.write(
            what(tokens),
            handle ->
                database.insert(table.bindAll(handle.createUpdate(statement(tokens)), tokens)));
    return absent ? tokens.stream().map(OAuthToken::openid).collect(Collectors.toSet()) : null;
  }

  private String statement(List<OAuthToken> tokens) {
    return statements.get(Integer.numberOfTrailingZeros(tokens.size()));
  }

  private static String what(List<OAuthToken> tokens) {
    return "save the tokens of " + tokens.get(0).openid() + " and " + (tokens.size() - 1) + " more";
  }
}
