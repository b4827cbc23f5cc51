package io.github.wxtoken.cli;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.jdbc.ForeignTable;
import io.github.wxtoken.store.StoreOptions;
import io.github.wxtoken.store.TokenStores;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.StringJoiner;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A foreign table of a SQL database, whose rows a mapping turns into tokens. */
final class TableSource implements TokenSource {
  private static final String OURS = "wxtoken.";

  private final ForeignTable table;
  private final String identity;
  private final FieldMapping mapping;
  private final List<String> columns;

  private TableSource(
      ForeignTable table, String identity, FieldMapping mapping, List<String> columns) {
    this.table = table;
    this.identity = identity;
    this.mapping = mapping;
    this.columns = columns;
  }

  static TableSource open(String url, String name, FieldMapping mapping) {
    if (!url.startsWith("jdbc:")) {
      throw CliException.usage(
          "cannot read the table " + name,
          "--from is no SQL database",
          "Give --from a URL that begins with jdbc:");
    }
    Map<String, String> options = new HashMap<>();
    ForeignTable table =
        ForeignTable.open(split(DriverUrl.of(url, 1), options), name, new StoreOptions(options));
    try {
      return new TableSource(
          table, StoreIdentity.ofTable(url, name), mapping, mapping.columns(table.columns()));
    } catch (RuntimeException e) {
      table.close();
      throw e;
    }
  }

  /** Takes the options of ours from a URL. */
  private static String split(String url, Map<String, String> options) {
    int query = url.indexOf('?');
    if (query < 0) {
      return url;
    }
    String address = url.substring(0, query);
    StringJoiner rest = new StringJoiner("&", address + "?", "").setEmptyValue(address);
    for (String parameter : url.substring(query + 1).split("&", -1)) {
      int equals = parameter.indexOf('=');
      if (parameter.startsWith(OURS) && equals > 0) {
        options.put(parameter.substring(OURS.length(), equals), parameter.substring(equals + 1));
      } else {
        rest.add(parameter);
      }
    }
    return rest.toString();
  }

  @Override
  public String identity() {
    return identity;
  }

  @Override
  public String description() {
    return table.description();
  }

  @Override
  public OptionalLong size() {
    return table.size();
  }

  @Override
  public Stream<Item> items(
      @Nullable String after, Consumer<Long> skipped, Consumer<String> unreadable) {
    long[] number = new long[1];
    return table
        .rows(columns)
        .mapMulti(
            (row, items) -> {
              number[0]++;
              try {
                OAuthToken token = mapping.token(row::get);
                String unused = TokenStores.requireOpenid(token.openid());
                items.accept(new Item(token, null));
              } catch (IllegalArgumentException e) {
                unreadable.accept("row " + number[0] + " is no token: " + e.getMessage());
              }
            });
  }

  @Override
  public void close() {
    table.close();
  }
}
