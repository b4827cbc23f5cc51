package io.github.wxtoken.store;

import io.github.wxtoken.OAuthToken;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens stores by URL, makes views of them, and holds the rules that all of them share. */
public final class TokenStores {
  /**
   * The longest record that a store reads, in characters; in UTF-8 it has at most four bytes for
   * each. A store checks the length of a longer one in the database, does not load it, and reports
   * a {@link CorruptTokenException}.
   */
  public static final int MAX_RECORD_CHARS = 64 * 1024;

  /**
   * The most bytes that {@link OAuthToken#extraJson()} of a saved token has in UTF-8. Every store
   * has room for them. Of an answer of WeChat with more unknown fields the longest are dropped,
   * with a warning. They fit a column of 65,535 bytes, and leave 48 Ki characters of a record to
   * the known fields.
   */
  public static final int MAX_EXTRA_BYTES = 16 * 1024;

  /** An openid that no user has. */
  static final String NOBODY = "wxtoken-nobody";

  private static final Logger log = LoggerFactory.getLogger(TokenStore.class);
  private static final int LONGEST_OPENID = 128;
  private static final int LONGEST_LEASE = 200;
  private static final String OPTION = "wxtoken.";

  /** Matches the start of a URL, up to the name of a JDBC driver. */
  private static final Pattern SCHEME =
      Pattern.compile("(?i)(jdbc:)?[a-z][a-z+.-]{0,20}:(?=/|thin:)");

  /** Matches the keys of an app's own records, with and without the prefix of a scoped view. */
  private static final Pattern APP_KEY =
      Pattern.compile("(?:[A-Za-z0-9_:-]+:)?(?:app|ticket:[a-z]+):[A-Za-z0-9_-]+");

  private TokenStores() {}

  /**
   * Opens the store that a URL names: {@code memory:}, {@code file:DIR}, and with their modules on
   * the class path {@code jdbc:mysql:…}, {@code jdbc:mariadb:…}, {@code jdbc:postgresql:…}, {@code
   * jdbc:sqlite:…}, {@code redis:…}, {@code rediss:…}, {@code redis-sentinel:…}, {@code
   * redis-cluster:…}, {@code mongodb:…}, {@code mongodb+srv:…}. It connects and checks at once.
   *
   * <p>Options of ours ride along as query parameters, such as {@code ?wxtoken.createSchema=true};
   * the driver does not see them.
   *
   * @param url the URL, which no message shows, since it may carry a password
   * @return the store, which the caller closes
   * @throws IllegalArgumentException if the URL, its scheme or an option is wrong
   * @throws TokenStoreException if the store cannot be reached or used
   */
  public static TokenStore open(String url) {
    return provided(url, TokenStoreProvider::open);
  }

  /**
   * Returns the statements that create what the store of a URL needs, without connecting: DDL of a
   * SQL database, or commands of MongoDB's shell.
   *
   * @param url the URL, as {@link #open} takes it
   * @return the statements; empty if the store needs none
   * @throws IllegalArgumentException if the scheme or an option of the URL is wrong
   */
  public static String schema(String url) {
    return provided(url, TokenStoreProvider::schema);
  }

  /** Uses the provider of a URL. */
  private interface Use<T> {
    T apply(TokenStoreProvider provider, String url, StoreOptions options);
  }

  private static <T> T provided(String url, Use<T> use) {
    if (url == null || url.isBlank()) {
      throw new IllegalArgumentException("url must not be blank");
    }
    Map<String, String> options = new LinkedHashMap<>();
    String driverUrl = takeOptions(url, options);
    TokenStoreProvider provider = provider(driverUrl);
    for (String option : options.keySet()) {
      if (!provider.options().contains(option)) {
        throw new IllegalArgumentException(
            "url has an unknown option " + OPTION + option + "; known here: " + provider.options());
      }
    }
    return use.apply(provider, driverUrl, new StoreOptions(options));
  }

  /**
   * Returns a view of a store for one app among several: it puts {@code appid:} before keys and
   * lease names and takes it off again. A Node process cannot share a scoped store.
   *
   * @param store the store of all apps; closing the view does not close it, as {@link #openScoped}
   *     does
   * @param appid the app, 1 to 64 characters of {@code [A-Za-z0-9_-]}
   * @return the view
   * @throws IllegalArgumentException if the appid has other characters
   */
  public static TokenStore scoped(TokenStore store, String appid) {
    return new ScopedTokenStore(store, appid, false);
  }

  /**
   * Opens the store that a URL names for one app among several, as {@link #open} and {@link
   * #scoped} do. Closing the result closes the store.
   *
   * @param url the URL, as {@link #open} takes it
   * @param appid the app, as {@link #scoped} takes it
   * @return the view, which the caller closes
   * @throws IllegalArgumentException if the URL or the appid is wrong
   * @throws TokenStoreException if the store cannot be reached or used
   */
  public static TokenStore openScoped(String url, String appid) {
    return openScoped(() -> open(url), appid);
  }

  /**
   * Opens a store for one app among several. Closing the result closes the store; a failure closes
   * it at once.
   *
   * @param opener opens a store that nothing else uses
   * @param appid the app, as {@link #scoped} takes it
   * @return the view, which the caller closes
   * @throws IllegalArgumentException if the appid is wrong
   */
  public static TokenStore openScoped(Supplier<? extends TokenStore> opener, String appid) {
    return owning(opener, store -> new ScopedTokenStore(store, appid, true));
  }

  /**
   * Returns a view of a store that encrypts access tokens, refresh tokens and session keys. A Node
   * process cannot share it.
   *
   * <p>At once the cipher is used, and the store asked whether a token of 512 characters has room
   * when encrypted: wechat-oauth's table has none.
   *
   * @param store the store; closing the view does not close it, as {@link #openEncrypted} does. A
   *     store of yours over a scoped view is refused, since it hides the app
   * @param cipher how values are encrypted, for all processes the same
   * @return the view
   * @throws IllegalArgumentException if one is null, or the store has no room; the message names
   *     the field
   * @throws TokenStoreException if the store or the cipher cannot answer
   */
  public static EncryptedTokenStore encrypted(TokenStore store, TokenCipher cipher) {
    return new EncryptedTokenStore(store, cipher, false);
  }

  /**
   * Opens the store that a URL names with encryption, as {@link #open} and {@link #encrypted} do.
   * Closing the result closes the store.
   *
   * @param url the URL, as {@link #open} takes it
   * @param cipher how values are encrypted, for all processes the same
   * @return the view, which the caller closes
   * @throws IllegalArgumentException if the URL is wrong, the cipher is null, or the store has no
   *     room
   * @throws TokenStoreException if the store cannot be reached or used, or the cipher cannot answer
   */
  public static EncryptedTokenStore openEncrypted(String url, TokenCipher cipher) {
    return openEncrypted(() -> open(url), cipher);
  }

  /**
   * Opens a store with encryption. Closing the result closes the store; a failure closes it at
   * once. For one app among several with its own key, use {@code openEncrypted(() ->
   * openScoped(url, appid), cipher)}.
   *
   * @param opener opens a store that nothing else uses
   * @param cipher how values are encrypted, for all processes the same
   * @return the view, which the caller closes
   * @throws IllegalArgumentException if the cipher is null, or the store has no room
   * @throws TokenStoreException if the store or the cipher cannot answer
   */
  public static EncryptedTokenStore openEncrypted(
      Supplier<? extends TokenStore> opener, TokenCipher cipher) {
    return owning(opener, store -> new EncryptedTokenStore(store, cipher, true));
  }

  private static <V extends TokenStore> V owning(
      Supplier<? extends TokenStore> opener, Function<TokenStore, V> view) {
    if (opener == null) {
      throw new IllegalArgumentException("opener must not be null");
    }
    TokenStore store = opener.get();
    try {
      return view.apply(store);
    } catch (RuntimeException | Error e) {
      closeAfter(e, store);
      throw e;
    }
  }

  private static void closeAfter(Throwable failure, @Nullable TokenStore store) {
    try {
      if (store != null) {
        store.close();
      }
    } catch (RuntimeException e) {
      failure.addSuppressed(RedactedException.of(e));
    }
  }

  /**
   * Checks a key.
   *
   * @param openid the key
   * @return the key
   * @throws IllegalArgumentException if it is not 1 to 128 characters of {@code [A-Za-z0-9_:-]}
   */
  public static String requireOpenid(@Nullable String openid) {
    // The key is not shown: it may be what an attacker sent, line breaks included.
    if (openid == null || !isOpenid(openid)) {
      throw new IllegalArgumentException("openid must be 1 to 128 characters of [A-Za-z0-9_:-]");
    }
    return openid;
  }

  /**
   * Tells whether a text may be a key, for stores whose records may have other things among them.
   *
   * @param text what stands where a key would
   * @return true if {@link #requireOpenid} takes it
   */
  public static boolean isOpenid(String text) {
    return isName(text, LONGEST_OPENID);
  }

  /**
   * Tells whether a record is a user's. If not, it is an access token or a ticket of an app, which
   * has {@linkplain #isAppKey a key of its own} and neither a refresh token nor a session key.
   *
   * @param record a record of {@link TokenStore#tokens()}
   * @return true for a user's
   */
  public static boolean isUser(OAuthToken record) {
    // A user's key looks like an app's under a scoped view whose appid is "app".
    return !isAppKey(record.openid())
        || !isEmpty(record.refreshToken())
        || !isEmpty(record.sessionKey());
  }

  /**
   * Tells whether a key has the form of an app's record: {@code app:APPID} or {@code
   * ticket:TYPE:APPID}, perhaps with the prefix of a scoped view before it. No openid of WeChat's
   * has a colon.
   *
   * @param key the key of a record
   * @return true for an app's
   */
  public static boolean isAppKey(String key) {
    return key.indexOf(':') >= 0 && APP_KEY.matcher(key).matches();
  }

  private static boolean isEmpty(@Nullable String text) {
    return text == null || text.isEmpty();
  }

  /** Uses a loop and no regular expression, since every operation of every store calls this. */
  private static boolean isName(String text, int longest) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
      if (!letter && (c < '0' || c > '9') && c != '_' && c != ':' && c != '-') {
        return false;
      }
    }
    return !text.isEmpty() && text.length() <= longest;
  }

  /**
   * Returns the JSON of a token for a store that keeps that.
   *
   * @param token the token
   * @return what {@link OAuthToken#toJson()} returns
   * @throws IllegalArgumentException if it is longer than {@link OAuthToken#fromJson} reads
   */
  public static String requireJson(OAuthToken token) {
    String json = token.toJson();
    if (json.length() > MAX_RECORD_CHARS) {
      throw new IllegalArgumentException(
          "token must have at most " + MAX_RECORD_CHARS + " characters as JSON");
    }
    return json;
  }

  /**
   * Checks a token that is to be saved under a key.
   *
   * @param openid the key
   * @param token the token
   * @return the token
   * @throws IllegalArgumentException if the key is bad, the token is null or belongs to another
   *     key, it is a snapshot user's, which is never stored, or it would not be read back equal: it
   *     has more than {@link #MAX_RECORD_CHARS} characters as JSON, or more than {@link
   *     #MAX_EXTRA_BYTES} of unknown fields
   */
  public static OAuthToken requireToken(@Nullable String openid, @Nullable OAuthToken token) {
    OAuthToken present = requireExpected(openid, token);
    if (present.isSnapshotUser()) {
      throw new IllegalArgumentException("token must not be a snapshot user's");
    }
    RecordLimits.require(present);
    return present;
  }

  /**
   * Checks tokens that are to be saved, each under its own openid.
   *
   * @param tokens the tokens
   * @return the tokens, in their order
   * @throws IllegalArgumentException if the collection is null, two of them have the same openid,
   *     or {@link #requireToken} refuses one of them
   */
  public static List<OAuthToken> requireTokens(@Nullable Collection<OAuthToken> tokens) {
    if (tokens == null) {
      throw new IllegalArgumentException("tokens must not be null");
    }
    List<OAuthToken> checked = new ArrayList<>(tokens.size());
    Set<String> openids = new HashSet<>();
    for (OAuthToken token : tokens) {
      checked.add(requireToken(token == null ? null : token.openid(), token));
      if (!openids.add(token.openid())) {
        throw new IllegalArgumentException("tokens must have different openids");
      }
    }
    return checked;
  }

  /**
   * Checks the token that {@link TokenStore#replaceToken} expects under a key. It is compared and
   * not saved, so it may be one that no store takes: what another program stored has to be
   * replaceable.
   *
   * @param openid the key
   * @param expected the token
   * @return the token
   * @throws IllegalArgumentException if the key is bad, or the token is null or belongs to another
   *     key
   */
  public static OAuthToken requireExpected(@Nullable String openid, @Nullable OAuthToken expected) {
    requireOpenid(openid);
    if (expected == null) {
      throw new IllegalArgumentException("token must not be null");
    }
    if (!expected.openid().equals(openid)) {
      throw new IllegalArgumentException("token must be of the openid that it is saved under");
    }
    return expected;
  }

  /**
   * Checks what {@link TokenStore#tryLease} is asked for.
   *
   * @param name the lease's name
   * @param atMost its longest duration
   * @throws IllegalArgumentException if the name is not 1 to 200 characters of {@code
   *     [A-Za-z0-9_:-]}, or the duration is not between a millisecond and a day
   */
  public static void requireLease(@Nullable String name, @Nullable Duration atMost) {
    if (name == null || !isName(name, LONGEST_LEASE)) {
      throw new IllegalArgumentException("name must be 1 to 200 characters of [A-Za-z0-9_:-]");
    }
    if (atMost == null
        || atMost.compareTo(Duration.ofMillis(1)) < 0
        || atMost.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException("atMost must be from 1 millisecond to 1 day");
    }
  }

  /**
   * Checks the time within which a store's operations end.
   *
   * @param timeout the time
   * @return the time
   * @throws IllegalArgumentException if it is not between 500 milliseconds and a minute
   */
  public static Duration requireTimeout(@Nullable Duration timeout) {
    if (timeout == null
        || timeout.compareTo(Duration.ofMillis(500)) < 0
        || timeout.compareTo(Duration.ofMinutes(1)) > 0) {
      throw new IllegalArgumentException("timeout must be from 500 milliseconds to 1 minute");
    }
    return timeout;
  }

  /** The default of {@link TokenStore#tokens()}. */
  static void logCorrupt(CorruptTokenException corrupt) {
    log.warn("{}. The scan skips it", corrupt.getMessage());
  }

  private static String takeOptions(String url, Map<String, String> options) {
    int query = url.indexOf('?');
    if (query < 0) {
      return url;
    }
    StringJoiner rest = new StringJoiner("&", url.substring(0, query) + "?", "");
    rest.setEmptyValue(url.substring(0, query));
    for (String parameter : url.substring(query + 1).split("&", -1)) {
      int equals = parameter.indexOf('=');
      if (!parameter.startsWith(OPTION)) {
        rest.add(parameter);
      } else if (equals < 0) {
        throw new IllegalArgumentException("an option in url must be written wxtoken.NAME=VALUE");
      } else {
        String name = parameter.substring(OPTION.length(), equals);
        options.put(name, decoded(name, parameter.substring(equals + 1)));
      }
    }
    return rest.toString();
  }

  private static String decoded(String name, String value) {
    try {
      return URLDecoder.decode(value, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      // Its message quotes the value.
      throw new IllegalArgumentException(OPTION + name + " is not URL-encoded");
    }
  }

  private static TokenStoreProvider provider(String url) {
    // A container's application class loader first, then the one that loaded us.
    return Stream.of(
            Stream.of(new MemoryTokenStore.Provider(), new FileTokenStore.Provider()),
            providers(Thread.currentThread().getContextClassLoader()),
            providers(TokenStores.class.getClassLoader()))
        .flatMap(providers -> providers)
        .filter(candidate -> candidate.accepts(url))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(unknown(url)));
  }

  private static Stream<TokenStoreProvider> providers(@Nullable ClassLoader loader) {
    return ServiceLoader.load(TokenStoreProvider.class, loader).stream()
        .map(ServiceLoader.Provider::get);
  }

  /** Shows of the URL nothing but its scheme. */
  private static String unknown(String url) {
    for (String module : new String[] {"jdbc", "redis", "mongo"}) {
      if (schemes(module).anyMatch(url::startsWith)) {
        return "no store on the class path opens this url; add io.github.wxtoken:wxtoken-store-"
            + module
            + ". If it is there already, in a jar of all classes, that jar lacks"
            + " META-INF/services/"
            + TokenStoreProvider.class.getName();
      }
    }
    Matcher scheme = SCHEME.matcher(url);
    return (scheme.lookingAt()
            ? "url begins with " + scheme.group() + ", which wxtoken does not support. Use one of "
            : "url must begin with one of ")
        + Stream.of("jdbc", "redis", "mongo")
            .flatMap(TokenStores::schemes)
            .collect(Collectors.joining(", ", "memory:, file:, ", ", in lower case"));
  }

  private static Stream<String> schemes(String module) {
    return switch (module) {
      case "jdbc" -> Stream.of("jdbc:mysql:", "jdbc:mariadb:", "jdbc:postgresql:", "jdbc:sqlite:");
      case "redis" ->
          Stream.of("", "-sentinel", "-cluster")
              .flatMap(of -> Stream.of("redis" + of + ":", "rediss" + of + ":"));
      default -> Stream.of("mongodb:", "mongodb+srv:");
    };
  }
}
