package io.github.wxtoken.cli;

import io.github.wxtoken.OAuthToken;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Says which column of a foreign table, or which field of a foreign JSON object, becomes which
 * field of a token: {@code access_token=at,create_at=ctime*1000,expires_in=7200}. A field that is
 * not named comes from the column of its own name.
 */
final class FieldMapping {
  private static final List<String> FIELDS =
      List.of(
          "openid",
          "access_token",
          "expires_in",
          "refresh_token",
          "scope",
          "unionid",
          "session_key",
          "create_at");

  private static final Pattern ENTRY =
      Pattern.compile(
          "([a-z_]+)=(?:'([^']*)'|(\\d{1,15})|([A-Za-z_][A-Za-z0-9_]*)(?:([*/])([1-9]\\d{0,8}))?)");

  /** A comma that an even number of quotes follows. */
  private static final Pattern SEPARATOR = Pattern.compile(",(?=(?:[^']*'[^']*')*[^']*$)");

  /** In seconds this is far in the future, in milliseconds it is 1973. */
  private static final long LEAST_MILLIS = 100_000_000_000L;

  private static final long USUAL_LIFE = 7_200;

  private final Map<String, Source> sources = new LinkedHashMap<>();

  /** A column with a factor, or a constant. */
  private record Source(
      @Nullable String constant, String column, BigDecimal factor, BigDecimal divisor) {

    static Source column(String name) {
      return new Source(null, name, BigDecimal.ONE, BigDecimal.ONE);
    }

    @Nullable Object value(Function<String, @Nullable Object> row) {
      if (constant != null) {
        return constant;
      }
      Object value = row.apply(column);
      return value == null || factor.compareTo(divisor) == 0 ? value : scaled(value);
    }

    private Object scaled(Object value) {
      try {
        return new BigDecimal(value.toString().strip())
            .multiply(factor)
            .divideToIntegralValue(divisor)
            .toBigInteger();
      } catch (ArithmeticException | NumberFormatException e) {
        throw new IllegalArgumentException(column + " is no number");
      }
    }
  }

  private FieldMapping() {}

  /**
   * Reads the value of {@code --map}.
   *
   * @throws CliException if it is wrong
   */
  static FieldMapping parse(String text) {
    FieldMapping mapping = new FieldMapping();
    for (String entry : SEPARATOR.split(text, -1)) {
      Matcher parts = ENTRY.matcher(entry.strip());
      if (!parts.matches()) {
        throw wrong("\"" + entry.strip() + "\" is not FIELD=COLUMN");
      }
      mapping.add(parts);
    }
    return mapping;
  }

  private void add(Matcher parts) {
    String field = parts.group(1);
    if (!FIELDS.contains(field)) {
      throw wrong("a token has no field " + field + "; it has " + String.join(", ", FIELDS));
    }
    if (sources.put(field, source(parts)) != null) {
      throw wrong("it names " + field + " twice");
    }
  }

  private static Source source(Matcher parts) {
    String constant = parts.group(2) != null ? parts.group(2) : parts.group(3);
    if (constant != null) {
      return new Source(constant, "", BigDecimal.ONE, BigDecimal.ONE);
    }
    BigDecimal number = parts.group(6) == null ? BigDecimal.ONE : new BigDecimal(parts.group(6));
    boolean divides = "/".equals(parts.group(5));
    return new Source(
        null, parts.group(4), divides ? BigDecimal.ONE : number, divides ? number : BigDecimal.ONE);
  }

  private static CliException wrong(String why) {
    return CliException.usage(
        "cannot use --map",
        why,
        "Write FIELD=COLUMN, FIELD=COLUMN*1000, FIELD=7200 or FIELD='text', separated by commas");
  }

  /**
   * Returns the columns that are needed of a table.
   *
   * @param table the columns that it has
   * @throws CliException if it lacks one that the mapping names, or one without which there is no
   *     token
   */
  List<String> columns(List<String> table) {
    TreeSet<String> needed = new TreeSet<>();
    for (String field : FIELDS) {
      Source source = sources.get(field);
      String column = source == null ? field : source.column();
      if (source != null && source.constant() != null) {
        continue;
      }
      if (table.contains(column)) {
        needed.add(column);
      } else if (source != null || field.equals("openid") || field.equals("create_at")) {
        throw wrong("the table has no column " + column + "; it has " + String.join(", ", table));
      }
    }
    if (!isGiven("access_token", table) && !isGiven("session_key", table)) {
      throw wrong(
          "neither access_token nor session_key comes from a column; the table has "
              + String.join(", ", table));
    }
    return List.copyOf(needed);
  }

  private boolean isGiven(String field, List<String> table) {
    return sources.containsKey(field) || table.contains(field);
  }

  /**
   * Makes a token.
   *
   * @param row returns the value of a column, or null
   * @throws IllegalArgumentException if the row is no token; the message does not quote it
   */
  OAuthToken token(Function<String, @Nullable Object> row) {
    String openid = text("openid", row);
    if (openid == null) {
      throw new IllegalArgumentException("openid is missing");
    }
    long createAt = number("create_at", row, -1);
    if (createAt < 0) {
      throw new IllegalArgumentException("create_at is missing");
    }
    OAuthToken token = token(openid, createAt, row);
    requireMillis(token);
    if (token.accessToken() == null && token.sessionKey() == null) {
      throw new IllegalArgumentException(
          "access_token is missing, and so is session_key; write access_token=COLUMN");
    }
    return token;
  }

  /**
   * Refuses a time in seconds.
   *
   * @throws IllegalArgumentException if it is one
   */
  static void requireMillis(OAuthToken token) {
    if (token.createAt() > 0 && token.createAt() < LEAST_MILLIS) {
      throw new IllegalArgumentException(
          "create_at is not in milliseconds; write --map create_at=NAME*1000 for seconds");
    }
  }

  private OAuthToken token(String openid, long createAt, Function<String, @Nullable Object> row) {
    return OAuthToken.builder()
        .openid(openid)
        .accessToken(text("access_token", row))
        .expiresIn(number("expires_in", row, USUAL_LIFE))
        .refreshToken(text("refresh_token", row))
        .scope(text("scope", row))
        .unionid(text("unionid", row))
        .sessionKey(text("session_key", row))
        .createAt(createAt)
        .build();
  }

  private @Nullable Object value(String field, Function<String, @Nullable Object> row) {
    return sources.getOrDefault(field, Source.column(field)).value(row);
  }

  private @Nullable String text(String field, Function<String, @Nullable Object> row) {
    Object value = value(field, row);
    if (value == null || value.toString().isEmpty()) {
      return null;
    }
    if (!(value instanceof String) && !(value instanceof Number)) {
      throw new IllegalArgumentException(field + " is no text");
    }
    return value.toString();
  }

  private long number(String field, Function<String, @Nullable Object> row, long otherwise) {
    Object value = value(field, row);
    if (value == null || value.toString().isEmpty()) {
      return otherwise;
    }
    try {
      return new BigDecimal(value.toString().strip()).longValueExact();
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException(
          field
              + " is no whole number. For a column of dates, map a view of the table that has"
              + " numbers, such as UNIX_TIMESTAMP(column)");
    }
  }
}
